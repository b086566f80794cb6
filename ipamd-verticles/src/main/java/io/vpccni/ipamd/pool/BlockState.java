package io.vpccni.ipamd.pool;

/** Where an ENI or a CIDR is in its life. */
enum BlockState {
  /** Attached, as far as we know. */
  LIVE,
  /** Marked to be given back, or EC2 was asked to take it: nobody gets an address of it. */
  LEAVING
}
