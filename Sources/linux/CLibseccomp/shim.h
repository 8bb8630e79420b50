#include <seccomp.h>
// Function-like macros, which Swift cannot see.
static inline uint32_t clibseccomp_act_errno(uint16_t number) { return SCMP_ACT_ERRNO(number); }
static inline uint32_t clibseccomp_act_trace(uint16_t number) { return SCMP_ACT_TRACE(number); }
