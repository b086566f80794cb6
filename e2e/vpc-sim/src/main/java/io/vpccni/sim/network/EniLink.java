package io.vpccni.sim.network;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.ec2.Effect;
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

  /** This is the name of the instance's end; it is empty while the ENI is not attached. */
  String device = "";

  /** This is the id of the instance; it is empty while the ENI is not attached. */
  String instance = "";

  EniLink(String id) {
    this.id = id;
  }

  void mac(String told) {
    mac = told;
  }

  /**
   * Notes that it is attached.
   *
   * @param guestDevice the name of the instance's end
   */
  void plug(Effect.EniAttached attached, String guestDevice, String link) {
    mac = attached.mac();
    instance = attached.instanceId();
    device = guestDevice;
    routerLink = link;
  }

  void unplug() {
    routerLink = "";
    device = "";
    instance = "";
  }

  boolean plugged() {
    return !routerLink.isEmpty();
  }

  /** Switches the source/destination check, and returns whether that changes anything. */
  boolean check(boolean on) {
    boolean changed = checked != on;
    checked = on;
    return changed;
  }
}
