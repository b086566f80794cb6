package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import java.time.Duration;

/** The way of a request to EC2 and of its answer back, on which either may be lost or late. */
final class SimulatedEc2Calls {
  private final VirtualTime time;
  private final SimulatedNode node;
  private final SimulatedCloud cloud;
  private final Safety safety;

  SimulatedEc2Calls(VirtualTime time, SimulatedNode node, SimulatedCloud cloud, Safety safety) {
    this.time = time;
    this.node = node;
    this.cloud = cloud;
    this.safety = safety;
  }

  interface Answer {
    void with(Ec2Reply reply);
  }

  void ask(Ec2Request ask, Answer answer) {
    var action = ask.getClass().getSimpleName();
    boolean describe = ask instanceof Ec2Request.DescribeAttached;
    if (node.strikes(Fault.THROTTLED, 15)) {
      reply(answer, cloud.failed(action, "RequestLimitExceeded", FailureKind.THROTTLED));
    } else if (node.strikes(Fault.UNAUTHORIZED, 60)) {
      reply(answer, cloud.failed(action, "UnauthorizedOperation", FailureKind.UNAUTHORIZED));
    } else if (node.strikes(Fault.REQUEST_LOST, 25)) {
      lost(answer, action);
    } else if (describe && node.strikes(Fault.LAGGING_DESCRIBE, 3)) {
      var seen = cloud.attachedAt(time.now().minusSeconds(node.chance.nextInt(25)));
      reply(answer, new Ec2Reply.Described(seen));
    } else {
      boolean lost = node.strikes(Fault.ANSWER_LOST, 20);
      boolean half = ask instanceof Ec2Request.CreateEni && node.strikes(Fault.HALF_CREATED, 10);
      // EC2 works on what it was sent even if we are gone before it answers.
      time.in(
          cloud.latency(),
          () -> {
            node.note("EC2 does: " + ask);
            safety.asked(ask);
            var reply = cloud.perform(ask, half);
            if (lost && !describe) {
              lost(answer, action);
            } else {
              reply(answer, reply);
            }
          });
    }
  }

  private void reply(Answer answer, Ec2Reply reply) {
    node.later(cloud.latency(), () -> answer.with(reply));
  }

  private void lost(Answer answer, String action) {
    node.later(
        Duration.ofSeconds(5 + node.chance.nextInt(30)),
        () -> answer.with(cloud.failed(action, "Timeout", FailureKind.OUTCOME_UNKNOWN)));
  }
}
