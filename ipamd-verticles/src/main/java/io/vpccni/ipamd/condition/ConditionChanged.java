package io.vpccni.ipamd.condition;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;
import io.vpccni.rpc.log.Redaction;

/**
 * A condition began, ended or has another reason now; repetitions are harmless, the pool keeps the
 * set.
 *
 * @param name upper camel case, for example {@code Ec2Unreachable}
 * @param subject what it is about (an EC2 action, a subnet); empty where there is only one
 * @param raised false when it is over
 * @param reason a word or an error code
 * @param detail what happened and what to do, for people; empty when it is over
 */
public record ConditionChanged(
    String name, String subject, boolean raised, String reason, String detail)
    implements BusMessage {
  public ConditionChanged {
    detail = Redaction.of(detail);
  }

  /** The role may not call the EC2 action that is the subject. */
  public static final String NO_PERMISSION = "NoPermission";

  /** Something keeps undoing rules of the host that pods need; the subject says which kind. */
  public static final String HOST_CONTESTED = "HostContested";

  public static final Topic<ConditionChanged> TOPIC = new Topic<>("condition.changed");

  public static ConditionChanged raised(String name, String subject, String reason, String detail) {
    return new ConditionChanged(name, subject, true, reason, detail);
  }

  public static ConditionChanged over(String name, String subject) {
    return new ConditionChanged(name, subject, false, "", "");
  }
}
