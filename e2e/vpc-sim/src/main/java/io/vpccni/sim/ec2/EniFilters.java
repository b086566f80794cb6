package io.vpccni.sim.ec2;

import static io.vpccni.sim.ec2.Filters.lower;
import static io.vpccni.sim.ec2.Filters.texts;

import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Ec2Answer.EniView;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Holds the filters of ENIs, and of instances by their ENIs. */
final class EniFilters {
  private EniFilters() {}

  static final Filters<EniView> ENI =
      new Filters<EniView>(EniView::tags)
          .one("network-interface-id", view -> view.eni().id())
          .one("subnet-id", view -> view.eni().subnetId())
          .one("vpc-id", view -> view.eni().vpcId())
          .one("availability-zone", view -> view.eni().zone())
          .one("availability-zone-id", view -> DescribeActions.zoneId(view.eni().zone()))
          .one("mac-address", view -> view.eni().mac())
          .one("description", view -> view.eni().description())
          .one("interface-type", view -> view.eni().type())
          .one("owner-id", EniView::owner)
          .one("status", view -> view.eni().status(view.at()))
          .flag("source-dest-check", view -> view.eni().sourceDestCheck())
          .flag("requester-managed", _ -> false)
          .flag("operator.managed", _ -> false)
          .none("requester-id", "operator.principal")
          .all("group-id", view -> view.eni().groups())
          .all("group-name", view -> texts(view.groups().stream().map(SecurityGroup::name)))
          .all("private-ip-address", view -> texts(view.eni().primary().stream()))
          .all("private-dns-name", view -> names(view.eni(), view.eni().primary().stream()))
          .all("addresses.private-ip-address", view -> texts(view.eni().ipv4().stream()))
          .all("addresses.primary", view -> primary(view.eni()))
          .all("addresses.association.public-ip", view -> texts(view.eni().publicIp().stream()))
          .all("addresses.association.owner-id", EniFilters::addressOwner)
          .all("association.public-ip", view -> texts(view.eni().publicIp().stream()))
          .all("association.ip-owner-id", EniFilters::addressOwner)
          .none(
              "association.allocation-id",
              "association.association-id",
              "association.public-dns-name")
          .all("ipv6-addresses.ipv6-address", view -> texts(view.eni().ipv6().stream()))
          .all("attachment.attachment-id", view -> attached(view, Attachment::id))
          .all("attachment.instance-id", view -> attached(view, Attachment::instanceId))
          .all("attachment.instance-owner-id", view -> attached(view, _ -> view.owner()))
          .all("attachment.attach-time", view -> attached(view, at -> at.attachedAt().toString()))
          .all(
              "attachment.device-index",
              view -> attached(view, at -> String.valueOf(at.deviceIndex())))
          .all("attachment.status", view -> attached(view, at -> lower(at.status())))
          .all(
              "attachment.delete-on-termination",
              view -> attached(view, at -> String.valueOf(at.deleteOnTermination())));

  private static List<String> names(Eni eni, Stream<Ip> ips) {
    return ips.map(eni::dnsName).toList();
  }

  private static List<String> primary(Eni eni) {
    return Stream.concat(
            eni.primary().stream().map(_ -> "true"), eni.secondary().stream().map(_ -> "false"))
        .toList();
  }

  /** Returns the owner of the public address: Amazon, unless it is an elastic one. */
  private static List<String> addressOwner(EniView view) {
    return view.eni().publicIp().stream().map(_ -> "amazon").toList();
  }

  private static List<String> attached(EniView view, Function<Attachment, String> value) {
    return view.eni().attachment().stream().map(value).toList();
  }
}
