// libarchive, and zlib below it: libarchive's own gzip reader checks neither the checksum nor the length that end a
// gzip member (its archive_read_support_filter_gzip.c), so gzip goes to zlib itself.
#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

// What these headers write as macros that Swift does not read.
static const unsigned int clibarchive_AE_IFREG = AE_IFREG;
static const unsigned int clibarchive_AE_IFCHR = AE_IFCHR;
static const unsigned int clibarchive_AE_IFLNK = AE_IFLNK;
static const unsigned int clibarchive_AE_IFDIR = AE_IFDIR;
static const unsigned int clibarchive_AE_IFSOCK = AE_IFSOCK;
static inline int clibarchive_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, MAX_WBITS + 16); }
