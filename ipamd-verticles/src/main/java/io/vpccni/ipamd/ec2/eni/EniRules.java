package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** This is what an ENI is to us: whether we manage it, what pods may get of it. It is pure. */
final class EniRules {
  private EniRules() {}

  /**
   * @param subnet what is known of a subnet, empty where nothing is
   */
  static List<AttachedEni> attached(
      List<EniView> enis,
      NodeFacts node,
      Ec2Settings settings,
      Function<EniView, Optional<SubnetView>> subnet) {
    var all =
        enis.stream()
            .map(eni -> one(eni, node, settings, subnet.apply(eni)))
            .sorted(
                Comparator.comparingInt(AttachedEni::networkCard)
                    .thenComparingInt(AttachedEni::deviceNumber))
            .toList();
    return withCards(all, settings.networking().multiNic());
  }

  private static AttachedEni one(
      EniView eni, NodeFacts node, Ec2Settings settings, Optional<SubnetView> subnet) {
    boolean primary = eni.id().equals(node.primary().eni());
    var own = settings.networking().ipv6() ? eni.ipv6() : eni.ipv4();
    var other = settings.networking().ipv6() ? eni.ipv4() : eni.ipv6();
    var primaryIp = Stream.concat(own.stream(), other.stream()).findFirst();
    return new AttachedEni(
        eni.id(),
        eni.mac(),
        new AttachedEni.Place(
            eni.attachment().map(EniView.Attachment::networkCard).orElse(0),
            eni.attachment().map(EniView.Attachment::deviceIndex).orElse(0)),
        eni.subnet(),
        subnet.flatMap(known -> ofFamily(known, primaryIp)),
        primaryIp,
        forPods(eni, settings.networking().ipv6()),
        kind(eni.type()),
        new AttachedEni.Standing(
            primary,
            settings.networking().subnetDiscovery()
                && subnet
                    .filter(known -> SubnetChoice.excluded(known, settings.tagging().cluster()))
                    .isPresent(),
            primary || managed(eni, node.instance().id(), settings)),
        eni.tags());
  }

  private static Optional<Cidr> ofFamily(SubnetView subnet, Optional<Ip> primaryIp) {
    return primaryIp.flatMap(
        ip -> subnet.cidrs().stream().filter(cidr -> cidr.v6() == ip.v6()).findFirst());
  }

  /** Returns what pods may get, without the primary address, which is the ENI's own. */
  static List<Cidr> forPods(EniView eni, boolean ipv6) {
    var cidrs = new ArrayList<Cidr>();
    if (!ipv6) {
      eni.ipv4().stream().skip(1).map(Ip::asCidr).forEach(cidrs::add);
    }
    eni.prefixes().stream().filter(prefix -> prefix.v6() == ipv6).forEach(cidrs::add);
    return cidrs;
  }

  private static EniKind kind(String type) {
    return switch (type) {
      case "trunk" -> EniKind.TRUNK;
      case "efa" -> EniKind.EFA;
      case "efa-only" -> EniKind.EFA_ONLY;
      default -> EniKind.ORDINARY;
    };
  }

  /** Tells whether the ENI is managed by its tags; the first match wins. */
  private static boolean managed(EniView eni, String instance, Ec2Settings settings) {
    var noManage = eni.tags().get(EniTags.NO_MANAGE);
    if (noManage != null) {
      return !noManage.equals("true");
    }
    return instance.equals(eni.tags().get(EniTags.INSTANCE)) || settings.tagging().manageUntagged();
  }

  /**
   * Cards above 0 are managed only with multi-NIC, and then not where an EFA-only ENI has the card
   * for itself. An EFA-only ENI has no addresses and is never managed.
   */
  static List<AttachedEni> withCards(List<AttachedEni> enis, boolean multiNic) {
    var taken = new HashSet<Integer>();
    for (var eni : enis) {
      boolean alone =
          enis.stream()
              .filter(other -> other.networkCard() == eni.networkCard())
              .noneMatch(other -> other.kind() != EniKind.EFA_ONLY && other.managed());
      if (eni.kind() == EniKind.EFA_ONLY && alone) {
        taken.add(eni.networkCard());
      }
    }
    return enis.stream().map(eni -> onCard(eni, multiNic, taken)).toList();
  }

  private static AttachedEni onCard(AttachedEni eni, boolean multiNic, Set<Integer> taken) {
    boolean cardManaged =
        eni.networkCard() == 0 || (multiNic && !taken.contains(eni.networkCard()));
    boolean managed =
        eni.primary() || (eni.managed() && cardManaged && eni.kind() != EniKind.EFA_ONLY);
    return managed == eni.managed() ? eni : eni.withManaged(managed);
  }
}
