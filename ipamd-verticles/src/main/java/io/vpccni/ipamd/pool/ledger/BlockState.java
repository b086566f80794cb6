package io.vpccni.ipamd.pool.ledger;

/** Says where an ENI or a CIDR is in its life. */
public enum BlockState {
  /** It is attached, as far as the pool knows. */
  LIVE,
  /** It is marked to be given back, or EC2 was asked to take it. Nobody gets an address of it. */
  LEAVING
}
