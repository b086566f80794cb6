package io.vpccni.ipamd.eni;

/** EC2's interface type, as far as it matters here. */
public enum EniKind {
  ORDINARY,
  /** Carries branch ENIs; takes a slot, gives no addresses. */
  TRUNK,
  /** Gives addresses; is never deleted by us. */
  EFA,
  /** Has no addresses at all. */
  EFA_ONLY
}
