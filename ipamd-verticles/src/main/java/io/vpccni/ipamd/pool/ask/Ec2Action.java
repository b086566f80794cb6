package io.vpccni.ipamd.pool.ask;

import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.state.Backoff;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import java.util.List;

/** An action is what pauses together after a failure. It knows the EC2 calls it is made of. */
@SuppressWarnings("ImmutableEnumChecker") // List.of never changes
public enum Ec2Action {
  ASSIGN("AssignPrivateIpAddresses", "AssignIpv6Addresses"),
  UNASSIGN("UnassignPrivateIpAddresses", "UnassignIpv6Addresses"),
  CREATE(
      "CreateNetworkInterface",
      "AttachNetworkInterface",
      "ModifyNetworkInterfaceAttribute",
      "CreateTags"),
  FREE("DetachNetworkInterface", "DeleteNetworkInterface"),
  DESCRIBE("DescribeNetworkInterfaces");

  private final List<String> calls;

  Ec2Action(String... calls) {
    this.calls = List.of(calls);
  }

  public List<String> calls() {
    return calls;
  }

  public static Ec2Action of(InFlightRequest what) {
    return switch (what) {
      case InFlightRequest.ToAssign _ -> ASSIGN;
      case InFlightRequest.ToUnassign _ -> UNASSIGN;
      case InFlightRequest.ToCreate _ -> CREATE;
      case InFlightRequest.ToFree _ -> FREE;
      case InFlightRequest.ToDescribe _, InFlightRequest.ToListVeths _ -> DESCRIBE;
    };
  }

  public PoolCount failure() {
    return switch (this) {
      case ASSIGN -> PoolCount.ASSIGN_FAILED;
      case UNASSIGN -> PoolCount.UNASSIGN_FAILED;
      case CREATE -> PoolCount.CREATE_FAILED;
      case FREE -> PoolCount.FREE_FAILED;
      case DESCRIBE -> PoolCount.LIST_FAILED;
    };
  }

  /** Returns what pauses after a failure about the subject; the empty one stands for all. */
  public Backoff.Key about(String subject) {
    return new Backoff.Key(name(), subject);
  }

  /** Returns what a request is about: an ENI, a card, or nothing in particular. */
  public static String subject(InFlightRequest what) {
    return switch (what) {
      case InFlightRequest.ToAssign asked -> asked.eni().value();
      case InFlightRequest.ToUnassign asked -> asked.eni().value();
      case InFlightRequest.ToCreate asked -> String.valueOf(asked.card());
      case InFlightRequest.ToFree asked -> asked.eni().value();
      case InFlightRequest.ToDescribe _, InFlightRequest.ToListVeths _ -> "";
    };
  }
}
