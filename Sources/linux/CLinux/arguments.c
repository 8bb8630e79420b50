// The words that the program was called with, as glibc hands them to every constructor.
//
// Swift's library keeps them in an object of its own, whose constructor looks for them in /proc/self/maps and then along the
// stack: at every start, whether or not anybody asks, with a dozen pages of stdio that nothing else of ours touches. The
// function that the rest of the library asks stands here as well, so that a static program has no use for that object and
// the linker leaves it out (swift, stdlib/public/stubs/CommandLine.cpp). In a dynamic program it is nobody's.
#include "clinux.h"

static int32_t count;
static char **words;

__attribute__((constructor)) static void keep_arguments(int given, char **arguments) {
  count = given;
  words = arguments;
}

int32_t clinux_argument_count(void) { return count; }

const char *clinux_argument(int32_t index) { return index >= 0 && index < count ? words[index] : 0; }

__attribute__((swiftcall, visibility("hidden"))) char **_swift_stdlib_getUnsafeArgvArgc(int *given);
char **_swift_stdlib_getUnsafeArgvArgc(int *given) {
  *given = count;
  return words;
}
