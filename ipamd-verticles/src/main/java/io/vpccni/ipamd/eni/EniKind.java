package io.vpccni.ipamd.eni;

/** Holds the interface types that EC2 gives an ENI, as far as they matter here. */
public enum EniKind {
  ORDINARY,
  /** A trunk ENI carries branch ENIs, takes a device index and gives no addresses. */
  TRUNK,
  /** An EFA gives addresses, and we never delete it. */
  EFA,
  /** An EFA-only ENI has no addresses at all. */
  EFA_ONLY
}
