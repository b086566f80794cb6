package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.DescribeCall.Filter;
import io.vpccni.sim.ec2.Ec2Answer.EniView;
import io.vpccni.sim.ec2.Ec2Answer.GroupView;
import io.vpccni.sim.ec2.Ec2Answer.InstanceView;
import io.vpccni.sim.ec2.Ec2Answer.SubnetView;
import io.vpccni.sim.ec2.Ec2Answer.TagView;
import io.vpccni.sim.ec2.Ec2Answer.VpcView;
import io.vpccni.sim.ec2.Ec2Answer.ZoneView;
import io.vpccni.sim.ec2.Subnet.CidrReservation;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The filters of one describe: filter name → the values an item has for it; it passes if any of
 * them matches. An unknown name is refused, as EC2 does.
 */
final class Filters<T> {
  private final Function<T, Map<String, String>> tags;
  private final Map<String, Function<T, ? extends Collection<String>>> known = new TreeMap<>();

  private Filters(Function<T, Map<String, String>> tags) {
    this.tags = tags;
  }

  private Filters<T> one(String name, Function<T, String> value) {
    return all(name, item -> List.of(value.apply(item)));
  }

  private Filters<T> all(String name, Function<T, ? extends Collection<String>> values) {
    known.put(name, values);
    return this;
  }

  Stream<T> apply(Stream<T> items, List<Filter> filters) {
    var result = items;
    for (var filter : filters) {
      var values = values(filter.name());
      var patterns = filter.values().stream().map(Filters::pattern).toList();
      result =
          result.filter(
              item ->
                  values.apply(item).stream()
                      .anyMatch(v -> patterns.stream().anyMatch(p -> p.matcher(v).matches())));
    }
    return result;
  }

  private Function<T, ? extends Collection<String>> values(String name) {
    if (name.equals("tag-key")) {
      return item -> tags.apply(item).keySet();
    }
    if (name.startsWith("tag:")) {
      var key = name.substring("tag:".length());
      return item -> {
        var value = tags.apply(item).get(key);
        return value == null ? List.<String>of() : List.of(value);
      };
    }
    var values = known.get(name);
    if (values == null) {
      throw ApiError.invalid("The filter '" + name + "' is invalid");
    }
    return values;
  }

  /** EC2's wildcards; a backslash takes their meaning away. */
  private static Pattern pattern(String glob) {
    var regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '\\' && i + 1 < glob.length()) {
        regex.append(Pattern.quote(String.valueOf(glob.charAt(++i))));
      } else if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  static final Filters<EniView> ENI =
      new Filters<EniView>(EniView::tags)
          .one("network-interface-id", view -> view.eni().id())
          .one("subnet-id", view -> view.eni().subnetId())
          .one("vpc-id", view -> view.eni().vpcId())
          .one("availability-zone", view -> view.eni().zone())
          .one("mac-address", view -> view.eni().mac())
          .one("description", view -> view.eni().description())
          .one("interface-type", view -> view.eni().type())
          .one("owner-id", EniView::owner)
          .one("status", view -> view.eni().status(view.at()))
          .one("source-dest-check", view -> String.valueOf(view.eni().sourceDestCheck()))
          .all("group-id", view -> view.eni().groups())
          .all("private-ip-address", view -> texts(view.eni().primary().stream()))
          .all("addresses.private-ip-address", view -> texts(view.eni().ipv4().stream()))
          .all("ipv6-addresses.ipv6-address", view -> texts(view.eni().ipv6().stream()))
          .all("attachment.attachment-id", view -> attached(view, Attachment::id))
          .all("attachment.instance-id", view -> attached(view, Attachment::instanceId))
          .all(
              "attachment.device-index",
              view -> attached(view, at -> String.valueOf(at.deviceIndex())))
          .all("attachment.status", view -> attached(view, at -> lower(at.status())))
          .all(
              "attachment.delete-on-termination",
              view -> attached(view, at -> String.valueOf(at.deleteOnTermination())));

  static final Filters<InstanceView> INSTANCE =
      new Filters<InstanceView>(InstanceView::tags)
          .one("instance-id", view -> view.instance().id())
          .one("instance-type", view -> view.instance().type())
          .one("instance-state-name", view -> lower(view.instance().state()))
          .one("subnet-id", view -> view.instance().subnetId())
          .one("vpc-id", view -> view.instance().vpcId())
          .one("availability-zone", view -> view.instance().zone())
          .all(
              "private-ip-address",
              view -> texts(view.enis().stream().flatMap(eni -> eni.eni().primary().stream())));

  static final Filters<SubnetView> SUBNET =
      new Filters<SubnetView>(SubnetView::tags)
          .one("subnet-id", view -> view.subnet().id())
          .one("vpc-id", view -> view.subnet().vpcId())
          .one("availability-zone", view -> view.subnet().zone())
          .one("availabilityZone", view -> view.subnet().zone())
          .one("cidr-block", view -> view.subnet().cidr().toString())
          .one("state", _ -> "available")
          .one("owner-id", SubnetView::owner)
          .one("available-ip-address-count", view -> String.valueOf(view.free()))
          .all(
              "ipv6-cidr-block-association.ipv6-cidr-block",
              view -> view.subnet().ipv6().stream().map(Cidr::toString).toList());

  static final Filters<VpcView> VPC =
      new Filters<VpcView>(VpcView::tags)
          .one("vpc-id", view -> view.vpc().id())
          .one("cidr", view -> view.vpc().primary().toString())
          .one("state", _ -> "available")
          .one("owner-id", VpcView::owner)
          .all(
              "cidr-block-association.cidr-block",
              view -> view.vpc().blocks(false).stream().map(Cidr::toString).toList());

  static final Filters<GroupView> GROUP =
      new Filters<GroupView>(GroupView::tags)
          .one("group-id", view -> view.group().id())
          .one("group-name", view -> view.group().name())
          .one("description", view -> view.group().description())
          .one("vpc-id", view -> view.group().vpcId())
          .one("owner-id", GroupView::owner);

  static final Filters<InstanceType> TYPE =
      new Filters<InstanceType>(_ -> Map.of())
          .one("instance-type", InstanceType::name)
          .one("hypervisor", InstanceType::hypervisor)
          .one("bare-metal", type -> String.valueOf(type.bareMetal()));

  static final Filters<ZoneView> ZONE =
      new Filters<ZoneView>(_ -> Map.of())
          .one("zone-name", ZoneView::name)
          .one("zone-id", ZoneView::id)
          .one("region-name", ZoneView::region)
          .one("state", _ -> "available");

  static final Filters<CidrReservation> RESERVATION =
      new Filters<CidrReservation>(_ -> Map.of())
          .one("reservationType", reservation -> lower(reservation.kind()))
          .one("subnet-id", CidrReservation::subnetId);

  static Filters<TagView> tags(CloudState state) {
    return new Filters<TagView>(tag -> Map.of(tag.key(), tag.value()))
        .one("resource-id", TagView::resourceId)
        .one("resource-type", tag -> TagActions.kind(state, tag.resourceId()))
        .one("key", TagView::key)
        .one("value", TagView::value);
  }

  private static List<String> texts(Stream<Ip> ips) {
    return ips.map(Ip::toString).toList();
  }

  private static List<String> attached(EniView view, Function<Attachment, String> value) {
    return view.eni().attachment().stream().map(value).toList();
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
