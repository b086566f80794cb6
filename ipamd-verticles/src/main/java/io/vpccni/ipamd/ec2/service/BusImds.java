package io.vpccni.ipamd.ec2.service;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
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
    return ask(new ImdsRequest.ReadFacts(), ImdsReply.Facts.class).map(ImdsReply.Facts::facts);
  }

  @Override
  public Future<List<AttachedEni>> attached() {
    return ask(new ImdsRequest.ReadAttached(), ImdsReply.Attached.class)
        .map(ImdsReply.Attached::enis);
  }

  @Override
  public Future<List<String>> securityGroups() {
    return ask(new ImdsRequest.ReadSecurityGroups(), ImdsReply.SecurityGroups.class)
        .map(ImdsReply.SecurityGroups::groups);
  }

  private <R extends ImdsReply> Future<R> ask(ImdsRequest request, Class<R> expected) {
    return ImdsEndpoints.IMDS
        .ask(bus, request, ImdsEndpoints.DEADLINE)
        .recover(error -> Future.succeededFuture(new ImdsReply.Unavailable(error.toString())))
        .compose(
            reply ->
                reply instanceof ImdsReply.Unavailable(var reason)
                    ? Future.failedFuture(
                        Ec2Refused.of("IMDS", "ImdsUnavailable", reason, FailureKind.NOT_ASKED))
                    : Future.succeededFuture(expected.cast(reply)));
  }
}
