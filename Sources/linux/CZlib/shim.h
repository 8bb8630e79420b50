#include <zlib.h>

// What this header writes as macros that Swift does not read. Negative: no header and no trailer of zlib's own; plus 16:
// gzip's, read and checked.
static inline int czlib_deflate_init_raw(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}
static inline int czlib_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, MAX_WBITS + 16); }
