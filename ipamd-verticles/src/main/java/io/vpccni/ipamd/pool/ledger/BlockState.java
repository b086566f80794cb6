package io.vpccni.ipamd.pool.ledger;

/** Where an ENI or a CIDR is in its life. */
public enum BlockState {
  /** Attached, as far as we know. */
  LIVE,
  /** Marked to be given back, or EC2 was asked to take it: nobody gets an address of it. */
  LEAVING
}
