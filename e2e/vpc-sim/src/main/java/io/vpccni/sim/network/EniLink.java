package io.vpccni.sim.network;

import io.vpccni.rpc.address.Cidr;
import java.util.LinkedHashSet;
import java.util.Set;

/** Holds the state of an ENI in the data plane, attached or not. */
final class EniLink {
  final String id;
  String mac = "";

  /**
   * Holds the addresses in the order in which they were assigned; the first of a family is the
   * primary one.
   */
  final Set<Cidr> addresses = new LinkedHashSet<>();

  /** Says whether the source/destination check is on. */
  boolean checked = true;

  /** This is the name of the router's end; it is empty while the ENI is not attached. */
  String routerLink = "";

  /** This is the name of the instance's end. */
  String device = "";

  String instance = "";

  EniLink(String id) {
    this.id = id;
  }

  boolean plugged() {
    return !routerLink.isEmpty();
  }
}
