package io.vpccni.ipamd.pool;

/** This is what is worth counting of the pool's doings; the metrics' names for it are elsewhere. */
public enum PoolCount {
  /** Comparing with EC2 or IMDS found an ENI that the pool had not asked for. */
  ENI_FOUND,
  /** An ENI of the pool is no longer attached. */
  ENI_LOST,
  /** An address or prefix of the pool is no longer assigned to its ENI. */
  CIDR_LOST,
  /** An address or prefix was seen by a comparison, changed or not. */
  CIDR_SEEN,
  /** The list of ENIs could not be had. */
  LIST_FAILED,
  ASSIGN_FAILED,
  CREATE_FAILED,
  UNASSIGN_FAILED,
  FREE_FAILED,
  /** EC2 has taken back an address or prefix that it was asked to take. */
  CIDR_RECLAIMED,
  /** EC2 has taken back an ENI that it was asked to take. */
  ENI_RECLAIMED,
  /** Somebody else has detached an ENI while pods used its addresses. */
  ENI_TAKEN,
  /** Somebody else has unassigned an address while a pod used it. */
  ADDRESS_TAKEN,
  /** The link of an ENI did not appear in time. */
  LINK_MISSING
}
