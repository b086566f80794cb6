package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.bus.Endpoint;
import java.time.Duration;

/** The bus addresses at which {@link Ec2Request} and the question for limits are answered. */
public final class Ec2Endpoints {
  public static final Endpoint<Ec2Request, Ec2Reply> EC2 = new Endpoint<>("ec2", Ec2Reply.class);

  /** Limits come from our table; EC2 is asked about a type that the table does not know. */
  public static final Endpoint<LimitsReply.ReadLimits, LimitsReply> LIMITS =
      new Endpoint<>("ec2.limits", LimitsReply.class);

  /**
   * The longest that an answer takes: creating an ENI waits for EC2 to show it. Afterwards the
   * outcome is unknown.
   */
  public static final Duration DEADLINE = Duration.ofMinutes(5);

  private Ec2Endpoints() {}
}
