package io.vpccni.ipamd.simulation;

/** This is what can go wrong. */
enum Fault {
  /** EC2 refuses because of the rate; nothing happened. */
  THROTTLED,
  /** EC2 does not get the request. */
  REQUEST_LOST,
  /** EC2 does it, and the answer does not come back. */
  ANSWER_LOST,
  /** The role lacks the permission for a while. */
  UNAUTHORIZED,
  /** An ENI is created and not attached. */
  HALF_CREATED,
  /** A describe shows the past. */
  LAGGING_DESCRIBE,
  /** The subnet has no address left for a while. */
  SUBNET_FULL,
  /** The subnet has addresses, but no contiguous /28 for a while. */
  SUBNET_FRAGMENTED,
  /** Neither EC2 nor IMDS shows the address block of the subnet for a while. */
  SUBNET_HIDDEN,
  DISK_FULL,
  /** net-programmer does not answer. */
  VETHS_UNKNOWN,
  /** The link of a new ENI comes late. */
  LINK_LATE,
  /** A pod's veth goes without a DEL. */
  VETH_VANISHED,
  /** Another program gives an address of the pool to a link of the host for a while. */
  ADDRESS_ON_HOST,
  /** A local route gives a block around addresses of the pool to the host for a while. */
  BLOCK_ON_HOST,
  /** Such a block covers the whole subnet. */
  SUBNET_ON_HOST,
  /** Two ADDs come for one attachment. */
  REPEATED_ADD,
  /** A DEL arrives while its ADD waits. */
  DEL_OVERTAKES_ADD,
  /** The caller of an ADD goes away. */
  ADD_CANCELLED,
  /** The node takes no new pods for a while: nothing grows, no ENI is freed. */
  CORDONED,
  /** Somebody sets the wall clock, back or forth by hours. */
  WALL_CLOCK_SET,
  /** net-programmer cannot wire a pod. */
  WIRING_REFUSED,
  /** A pod is wired by a call whose process ends before the pod's entry is on disk. */
  WIRED_UNSAVED,
  /** The process ends; what was under way may or may not have happened. */
  CRASH,
  /** And its checkpoint cannot be read afterwards. */
  CHECKPOINT_LOST,
  /** And the reference ran in between: its file has the pods and nothing else. */
  REFERENCE_TOOK_OVER
}
