package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.ec2.Ec2Reply.AssignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Reply.CreateEniReply;
import io.vpccni.ipamd.ec2.Ec2Reply.DescribeAttachedReply;
import io.vpccni.ipamd.ec2.Ec2Reply.FreeEniReply;
import io.vpccni.ipamd.ec2.Ec2Reply.UnassignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import java.time.Duration;

/**
 * Names the bus addresses at which each {@link Ec2Request} and the question for limits are
 * answered; the pool asks by {@link Ec2Calls}.
 */
public final class Ec2Endpoints {
  public static final Endpoint<AssignAddresses, AssignAddressesReply> ASSIGN_ADDRESSES =
      new Endpoint<>("ec2.assign-addresses", AssignAddressesReply.class);
  public static final Endpoint<UnassignAddresses, UnassignAddressesReply> UNASSIGN_ADDRESSES =
      new Endpoint<>("ec2.unassign-addresses", UnassignAddressesReply.class);
  public static final Endpoint<CreateEni, CreateEniReply> CREATE_ENI =
      new Endpoint<>("ec2.create-eni", CreateEniReply.class);
  public static final Endpoint<FreeEni, FreeEniReply> FREE_ENI =
      new Endpoint<>("ec2.free-eni", FreeEniReply.class);
  public static final Endpoint<DescribeAttached, DescribeAttachedReply> DESCRIBE_ATTACHED =
      new Endpoint<>("ec2.describe-attached", DescribeAttachedReply.class);

  /** Limits come from our table; EC2 is asked about a type that the table does not know. */
  public static final Endpoint<LimitsReply.ReadLimits, LimitsReply> LIMITS =
      new Endpoint<>("ec2.limits", LimitsReply.class);

  /**
   * An answer takes no longer than this: creating an ENI waits for EC2 to show it. Afterwards the
   * outcome is unknown.
   */
  public static final Duration DEADLINE = Duration.ofMinutes(5);

  private Ec2Endpoints() {}
}
