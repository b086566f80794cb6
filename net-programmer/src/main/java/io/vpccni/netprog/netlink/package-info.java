/**
 * rtnetlink and ctnetlink: messages as values, and a socket that sends them in batches. Facts are
 * from the kernel's uapi headers (linux/netlink.h, rtnetlink.h, if_link.h, if_addr.h, fib_rules.h,
 * neighbour.h, nfnetlink_conntrack.h), whose names are in the comments.
 */
@NullMarked
package io.vpccni.netprog.netlink;

import org.jspecify.annotations.NullMarked;
