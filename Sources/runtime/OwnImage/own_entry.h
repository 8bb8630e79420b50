// What the entry and the constructor share; it calls nothing of libc.
#ifndef OWN_ENTRY_H
#define OWN_ENTRY_H

static const char own_image_file[] = "/proc/self/exe";

// Whether these are the words of a command that enters a container. One word too many (`delete run`) only costs the way
// there.
int own_image_is_needed(char **arguments);
#endif
