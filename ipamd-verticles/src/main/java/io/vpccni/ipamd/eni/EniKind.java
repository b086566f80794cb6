package io.vpccni.ipamd.eni;

/** The interface type that EC2 gives an ENI, as far as it matters here. */
public enum EniKind {
  ORDINARY,
  /** A trunk ENI carries branch ENIs, takes a device index and gives no addresses. */
  TRUNK,
  /** An EFA gives addresses, and we never delete it. */
  EFA,
  /** An EFA-only ENI has no addresses at all. */
  EFA_ONLY
}
