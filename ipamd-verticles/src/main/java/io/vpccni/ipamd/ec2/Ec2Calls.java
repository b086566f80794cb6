package io.vpccni.ipamd.ec2;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import java.util.Optional;

/**
 * Asks EC2; each question is a method. A future never fails: where the bus brought no answer, the
 * reply is {@link Failed} with an unknown outcome.
 */
public record Ec2Calls(EventBus bus) {
  /** Asks the question at its own endpoint. */
  public Future<Ec2Reply> ask(Ec2Request request) {
    return switch (request) {
      case AssignAddresses asked -> ask(Ec2Endpoints.ASSIGN_ADDRESSES, asked);
      case UnassignAddresses asked -> ask(Ec2Endpoints.UNASSIGN_ADDRESSES, asked);
      case CreateEni asked -> ask(Ec2Endpoints.CREATE_ENI, asked);
      case FreeEni asked -> ask(Ec2Endpoints.FREE_ENI, asked);
      case DescribeAttached asked -> ask(Ec2Endpoints.DESCRIBE_ATTACHED, asked);
    };
  }

  private <Q extends Ec2Request, R extends Ec2Reply> Future<Ec2Reply> ask(
      Endpoint<Q, R> endpoint, Q request) {
    return endpoint
        .ask(bus, request, Ec2Endpoints.DEADLINE)
        .<Ec2Reply>map(reply -> reply)
        .otherwise(
            error ->
                new Failed(
                    request.getClass().getSimpleName(),
                    "NoAnswer",
                    error.toString(),
                    FailureKind.OUTCOME_UNKNOWN,
                    Optional.empty()));
  }
}
