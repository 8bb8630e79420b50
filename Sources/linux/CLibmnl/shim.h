#include <libmnl/libmnl.h>
// libc's before the kernel's, which then leave out what both define (linux/libc-compat.h): a file may import this module
// beside Glibc.
#include <net/if.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

// From libc's headers, which belong to another module.
static const uint32_t clibmnl_IFF_UP = IFF_UP;
