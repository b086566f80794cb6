package io.vpccni.ipamd.ec2.service;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.eni.Imds;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.ImdsRequest;
import java.util.List;

/** Asks the IMDS verticle over the event bus. */
record BusImds(EventBus bus) implements Imds {
  @Override
  public Future<NodeFacts> facts() {
    return ask(ImdsEndpoints.READ_FACTS, new ImdsRequest.ReadFacts())
        .compose(
            reply ->
                switch (reply) {
                  case ImdsReply.Facts(var facts) -> Future.succeededFuture(facts);
                  case ImdsReply.Unavailable(var reason) -> away(reason);
                });
  }

  @Override
  public Future<List<AttachedEni>> attached() {
    return ask(ImdsEndpoints.READ_ATTACHED, new ImdsRequest.ReadAttached())
        .compose(
            reply ->
                switch (reply) {
                  case ImdsReply.Attached(var enis) -> Future.succeededFuture(enis);
                  case ImdsReply.Unavailable(var reason) -> away(reason);
                });
  }

  @Override
  public Future<List<String>> macs() {
    return ask(ImdsEndpoints.READ_MACS, new ImdsRequest.ReadMacs())
        .compose(
            reply ->
                switch (reply) {
                  case ImdsReply.Macs(var macs) -> Future.succeededFuture(macs);
                  case ImdsReply.Unavailable(var reason) -> away(reason);
                });
  }

  @Override
  public Future<AttachedEni> eni(String mac) {
    return ask(ImdsEndpoints.READ_ENI, new ImdsRequest.ReadEni(mac))
        .compose(
            reply ->
                switch (reply) {
                  case ImdsReply.Eni(var eni) -> Future.succeededFuture(eni);
                  case ImdsReply.Unavailable(var reason) -> away(reason);
                });
  }

  @Override
  public Future<List<String>> securityGroups() {
    return ask(ImdsEndpoints.READ_SECURITY_GROUPS, new ImdsRequest.ReadSecurityGroups())
        .compose(
            reply ->
                switch (reply) {
                  case ImdsReply.SecurityGroups(var groups) -> Future.succeededFuture(groups);
                  case ImdsReply.Unavailable(var reason) -> away(reason);
                });
  }

  /** The verticle's own deadlines are shorter, so no answer on the bus means that it is away. */
  private <Q extends BusMessage, R extends BusMessage> Future<R> ask(
      Endpoint<Q, R> endpoint, Q request) {
    return endpoint
        .ask(bus, request, ImdsEndpoints.DEADLINE)
        .recover(error -> away(error.toString()));
  }

  private static <T> Future<T> away(String reason) {
    return Future.failedFuture(
        Ec2Refused.of("IMDS", "ImdsUnavailable", reason, FailureKind.NOT_ASKED));
  }
}
