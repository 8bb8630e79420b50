// The runtime's own program file, out of the container's reach (CVE-2019-5736, spec/decisions/0007).
#ifndef OWN_IMAGE_H
#define OWN_IMAGE_H
#include <stdint.h>

/// 0 when this process may enter a container; else the errno of the step that failed.
int32_t own_image_failure(void);
#endif
