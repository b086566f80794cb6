/**
 * This package speaks rtnetlink, ctnetlink, sock_diag and a little nf_tables: messages are values,
 * and a socket sends them in batches. Each builder names the {@code ip} command that it equals, and
 * each header's layout is quoted from the kernel's uapi header, with the offsets of its fields.
 */
@NullMarked
package io.vpccni.netprog.netlink;

import org.jspecify.annotations.NullMarked;
