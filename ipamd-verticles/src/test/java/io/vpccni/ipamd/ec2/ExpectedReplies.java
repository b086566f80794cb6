package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.ec2.Ec2Reply.AddressesAssigned;
import io.vpccni.ipamd.ec2.Ec2Reply.AssignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Reply.CreateEniReply;
import io.vpccni.ipamd.ec2.Ec2Reply.DescribeAttachedReply;
import io.vpccni.ipamd.ec2.Ec2Reply.Described;
import io.vpccni.ipamd.ec2.Ec2Reply.EniCreated;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.Hinted;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.List;

/** What a successful reply says. Any other reply fails the test, and is shown in the failure. */
public final class ExpectedReplies {
  private ExpectedReplies() {}

  public static List<Cidr> assigned(AssignAddressesReply reply) {
    return switch (reply) {
      case AddressesAssigned(var _, var cidrs) -> cidrs;
      case Failed failed -> throw unexpected(failed);
    };
  }

  public static AttachedEni created(CreateEniReply reply) {
    return switch (reply) {
      case EniCreated(var eni) -> eni;
      case Failed failed -> throw unexpected(failed);
    };
  }

  public static List<AttachedEni> described(DescribeAttachedReply reply) {
    return switch (reply) {
      case Described(var enis) -> enis;
      case Hinted hinted -> throw unexpected(hinted);
      case Failed failed -> throw unexpected(failed);
    };
  }

  public static InstanceLimits limits(LimitsReply reply) {
    return switch (reply) {
      case LimitsReply.Known(var _, var limits) -> limits;
      case LimitsReply.Unknown unknown ->
          throw new AssertionError("the limits are not known: " + unknown);
    };
  }

  private static AssertionError unexpected(Ec2Reply reply) {
    return new AssertionError("another reply was expected than " + reply);
  }
}
