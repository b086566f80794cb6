package io.vpccni.sim.network;

import io.vpccni.rpc.address.Cidr;
import java.util.LinkedHashSet;
import java.util.Set;

/** What the data plane knows of an ENI, attached or not. */
final class EniLink {
  final String id;
  String mac = "";

  /** In the command in which they were assigned: the first of a family is the primary one. */
  final Set<Cidr> addresses = new LinkedHashSet<>();

  /** The source/destination check. */
  boolean checked = true;

  /** The router's end; empty while the ENI is not attached. */
  String routerLink = "";

  /** The instance's end. */
  String device = "";

  String instance = "";

  EniLink(String id) {
    this.id = id;
  }

  boolean plugged() {
    return !routerLink.isEmpty();
  }
}
