package io.vpccni.sim.scene;

import io.vertx.core.json.JsonObject;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.InstanceType;
import io.vpccni.sim.ec2.Subnet.CidrReservation.Kind;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds a scene file, parsed and checked. Its format is described in {@code e2e/vpc-sim/README.md}.
 *
 * @param credentials maps the access key ids that may call EC2 to their secrets; if empty, anybody
 *     may
 * @param settings are those that {@code PUT /admin/settings} takes
 * @param lines maps the name of a resource to the line of the file that names it
 */
public record Scene(
    String region,
    String account,
    long seed,
    SortedMap<String, String> credentials,
    JsonObject settings,
    List<InstanceType> types,
    List<VpcPart> vpcs,
    List<InstancePart> instances,
    Map<String, Integer> lines) {
  public Scene {
    credentials = Collections.unmodifiableSortedMap(new TreeMap<>(credentials));
    types = List.copyOf(types);
    vpcs = List.copyOf(vpcs);
    instances = List.copyOf(instances);
    lines = Map.copyOf(lines);
  }

  record VpcPart(
      String name,
      Cidr cidr,
      List<Cidr> extraCidrs,
      boolean ipv6,
      List<String> securityGroups,
      List<SubnetPart> subnets,
      SortedMap<String, String> tags) {}

  record SubnetPart(
      String name,
      Cidr cidr,
      Optional<String> zone,
      boolean ipv6,
      boolean publicIps,
      List<ReservationPart> reservations,
      SortedMap<String, String> tags) {}

  record ReservationPart(Cidr cidr, Kind kind) {}

  /**
   * @param node is the name of its Kubernetes node; empty if it has none
   */
  record InstancePart(
      String name,
      String type,
      String subnet,
      List<String> securityGroups,
      Optional<Ip> privateIp,
      int ipv6Addresses,
      String role,
      String node,
      SortedMap<String, String> tags) {}

  /**
   * @param text is YAML or JSON
   * @throws IllegalArgumentException with the line and place of the first problem and what to do
   *     about it
   */
  public static Scene read(String text) {
    var file = SceneFile.parse(text);
    var known =
        Set.of(
            "region",
            "account",
            "seed",
            "credentials",
            "settings",
            "instanceTypes",
            "vpcs",
            "instances");
    return file.located(() -> read(new Fields("", file.json(), known), file.names()));
  }

  private static Scene read(Fields fields, Map<String, Integer> lines) {
    return new Scene(
        fields.text("region").orElse("us-west-2"),
        fields.text("account").orElse("123456789012"),
        fields.optional("seed", Long::valueOf).orElse(1L),
        fields.texts("credentials"),
        fields.object("settings"),
        fields.objects(
            "instanceTypes",
            Set.of("name", "addressesPerEni", "cards", "hypervisor", "bareMetal"),
            Scene::type),
        fields.objects(
            "vpcs",
            Set.of("name", "cidr", "extraCidrs", "ipv6", "securityGroups", "subnets", "tags"),
            Scene::vpc),
        fields.objects(
            "instances",
            Set.of(
                "name",
                "type",
                "subnet",
                "securityGroups",
                "privateIp",
                "ipv6Addresses",
                "role",
                "node",
                "tags"),
            Scene::instance),
        lines);
  }

  private static InstanceType type(Fields fields) {
    return new InstanceType(
        fields.need("name"),
        fields.need("addressesPerEni", Integer::valueOf),
        fields.list("cards", Integer::valueOf),
        fields.text("hypervisor").orElse("nitro"),
        fields.flag("bareMetal"));
  }

  private static VpcPart vpc(Fields fields) {
    return new VpcPart(
        fields.need("name"),
        fields.need("cidr", Cidr::parse),
        fields.list("extraCidrs", Cidr::parse),
        fields.flag("ipv6"),
        fields.list("securityGroups", name -> name),
        fields.objects(
            "subnets",
            Set.of("name", "cidr", "zone", "ipv6", "public", "reservations", "tags"),
            Scene::subnet),
        fields.tags());
  }

  private static SubnetPart subnet(Fields fields) {
    return new SubnetPart(
        fields.need("name"),
        fields.need("cidr", Cidr::parse),
        fields.text("zone"),
        fields.flag("ipv6"),
        fields.flag("public"),
        fields.objects(
            "reservations",
            Set.of("cidr", "type"),
            one ->
                new ReservationPart(one.need("cidr", Cidr::parse), one.need("type", Scene::kind))),
        fields.tags());
  }

  private static Kind kind(String text) {
    return switch (text) {
      case "prefix" -> Kind.PREFIX;
      case "explicit" -> Kind.EXPLICIT;
      default -> throw new IllegalArgumentException("neither prefix nor explicit");
    };
  }

  private static InstancePart instance(Fields fields) {
    var name = fields.need("name");
    return new InstancePart(
        name,
        fields.need("type"),
        fields.need("subnet"),
        fields.list("securityGroups", group -> group),
        fields.optional("privateIp", Ip::parse),
        fields.optional("ipv6Addresses", Integer::valueOf).orElse(0),
        fields.text("role").orElse("node-role"),
        fields.text("node").orElse(name),
        fields.tags());
  }
}
