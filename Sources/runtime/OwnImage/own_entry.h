// What the entry and the constructor share; it calls nothing of libc.
#ifndef OWN_ENTRY_H
#define OWN_ENTRY_H
#include <stddef.h>

static const char own_image_file[] = "/proc/self/exe";

// Whether these are the words of a command that enters a container. One word too many (`delete run`) only costs a second
// start.
int own_image_is_needed(char **arguments);

size_t own_image_count(char **environment);

// Writes `environment` as the second start has it to `own`, which has room for two words more.
//
// The file has no name any more, so Swift's runtime would look for a program that prints backtraces below the working
// directory, and start it should we crash. (Not by setenv(3), which would hide the arguments from Swift: it finds them
// from where the environment lies.)
void own_image_environment(char **environment, char **own);
#endif
