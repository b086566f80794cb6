package io.vpccni.sim.ec2;

import io.vpccni.sim.ec2.DescribeCall.DescribeAvailabilityZones;
import io.vpccni.sim.ec2.DescribeCall.DescribeInstanceStatus;
import io.vpccni.sim.ec2.DescribeCall.DescribeInstanceTypes;
import io.vpccni.sim.ec2.DescribeCall.DescribeInstances;
import io.vpccni.sim.ec2.DescribeCall.DescribeNetworkInterfaceAttribute;
import io.vpccni.sim.ec2.DescribeCall.DescribeNetworkInterfaces;
import io.vpccni.sim.ec2.DescribeCall.DescribeRegions;
import io.vpccni.sim.ec2.DescribeCall.DescribeRouteTables;
import io.vpccni.sim.ec2.DescribeCall.DescribeSecurityGroups;
import io.vpccni.sim.ec2.DescribeCall.DescribeSubnets;
import io.vpccni.sim.ec2.DescribeCall.DescribeTags;
import io.vpccni.sim.ec2.DescribeCall.DescribeVpcAttribute;
import io.vpccni.sim.ec2.DescribeCall.DescribeVpcs;
import io.vpccni.sim.ec2.DescribeCall.GetSubnetCidrReservations;
import io.vpccni.sim.ec2.DescribeCall.Query;
import io.vpccni.sim.ec2.Ec2Answer.GroupView;
import io.vpccni.sim.ec2.Ec2Answer.InstanceView;
import io.vpccni.sim.ec2.Ec2Answer.RegionView;
import io.vpccni.sim.ec2.Ec2Answer.RouteTableView;
import io.vpccni.sim.ec2.Ec2Answer.TagView;
import io.vpccni.sim.ec2.Ec2Answer.ZoneView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Answers the calls that change nothing. */
final class DescribeActions {
  private DescribeActions() {}

  static Ec2Answer perform(Transaction transaction, DescribeCall call) {
    var state = transaction.state();
    return switch (call) {
      case DescribeNetworkInterfaces(var query) ->
          Pagination.of(
              byId(query, state.enis(), Ids::eni, ApiError::noEni)
                  .map(eni -> Views.eni(state, eni, transaction.now())),
              query,
              view -> view.eni().id(),
              EniFilters.ENI);
      case DescribeInstances(var query) ->
          Pagination.of(
              instances(transaction, query),
              query,
              view -> view.instance().id(),
              InstanceFilters.INSTANCE);
      case DescribeInstanceStatus(var query, var all) ->
          Pagination.statuses(
              instances(transaction, query).filter(view -> all || view.instance().running()),
              query,
              InstanceFilters.STATUS);
      case DescribeSubnets(var query) ->
          Pagination.of(
              byId(query, state.subnets(), Ids::subnet, ApiError::noSubnet)
                  .map(subnet -> Views.subnet(state, subnet)),
              query,
              view -> view.subnet().id(),
              NetworkFilters.SUBNET);
      case DescribeVpcs(var query) ->
          Pagination.of(
              byId(query, state.vpcs(), Ids::vpc, ApiError::noVpc)
                  .map(vpc -> Views.vpc(state, vpc)),
              query,
              view -> view.vpc().id(),
              NetworkFilters.VPC);
      case DescribeSecurityGroups(var query) ->
          Pagination.of(
              byId(query, state.groups(), Ids::group, ApiError::noGroup)
                  .map(g -> new GroupView(g, state.tagsOf(g.id()), state.account())),
              query,
              view -> view.group().id(),
              NetworkFilters.GROUP);
      case DescribeRouteTables(var query) ->
          Pagination.of(
              routeTables(state, query),
              query,
              RouteTableView::id,
              NetworkFilters.ROUTE_TABLE,
              Pagination.FEW);
      case DescribeInstanceTypes(var query) ->
          Pagination.of(
              types(transaction, query),
              query,
              InstanceType::name,
              InstanceFilters.TYPE,
              Pagination.FEW);
      case DescribeTags(var query) ->
          Pagination.of(
              tags(state),
              query,
              tag -> tag.resourceId() + " " + tag.key(),
              NetworkFilters.tags(state));
      case DescribeAvailabilityZones(var query) ->
          Pagination.of(
              places(query, zones(state), ZoneView::name),
              query,
              ZoneView::name,
              NetworkFilters.ZONE);
      case DescribeRegions(var query) ->
          Pagination.of(
              places(query, List.of(new RegionView(state.region())), RegionView::name),
              query,
              RegionView::name,
              NetworkFilters.REGION);
      case GetSubnetCidrReservations(var subnetId, var query) ->
          Pagination.of(
              transaction.subnet(subnetId).reservations().values().stream(),
              query,
              Identified::id,
              NetworkFilters.RESERVATION);
      case DescribeNetworkInterfaceAttribute(var id, var attribute) ->
          new Ec2Answer.EniAttribute(
              Views.eni(state, transaction.eni(id), transaction.now()),
              known(attribute, Set.of("description", "groupSet", "sourceDestCheck", "attachment")));
      case DescribeVpcAttribute(var id, var attribute) ->
          new Ec2Answer.VpcAttribute(
              transaction.vpc(id).id(),
              known(attribute, VPC_ATTRIBUTES.keySet()),
              VPC_ATTRIBUTES.getOrDefault(attribute, false));
    };
  }

  /** A VPC that is not the default one has these attributes. */
  private static final Map<String, Boolean> VPC_ATTRIBUTES =
      Map.of(
          "enableDnsSupport", true,
          "enableDnsHostnames", false,
          "enableNetworkAddressUsageMetrics", false);

  private static String known(String attribute, Set<String> all) {
    if (!all.contains(attribute)) {
      throw ApiError.invalid(
          "Value (" + attribute + ") for parameter attribute is invalid. Unknown attribute.");
    }
    return attribute;
  }

  static String zoneId(String letter) {
    return "sim1-az" + (letter.charAt(letter.length() - 1) - 'a' + 1);
  }

  private static List<ZoneView> zones(CloudState state) {
    return Stream.of("a", "b", "c")
        .map(z -> new ZoneView(state.region() + z, zoneId(z), state.region()))
        .toList();
  }

  /** Returns the regions or zones that are asked for by name. */
  private static <T> Stream<T> places(Query query, List<T> all, Function<T, String> name) {
    for (var asked : query.ids()) {
      if (all.stream().noneMatch(place -> name.apply(place).equals(asked))) {
        throw ApiError.invalid("Invalid availability zone or region: [" + asked + "]");
      }
    }
    return all.stream()
        .filter(place -> query.ids().isEmpty() || query.ids().contains(name.apply(place)));
  }

  private static Stream<InstanceView> instances(Transaction transaction, Query query) {
    return byId(query, transaction.state().instances(), Ids::instance, ApiError::noInstance)
        .map(instance -> Views.instance(transaction.state(), instance, transaction.now()));
  }

  private static Stream<RouteTableView> routeTables(CloudState state, Query query) {
    var all =
        state.vpcs().stream()
            .map(
                vpc ->
                    new RouteTableView(
                        vpc, state.tagsOf(RouteTableView.idOf(vpc.id())), state.account()))
            .toList();
    var missing =
        query.ids().stream()
            .filter(id -> all.stream().noneMatch(table -> table.id().equals(id)))
            .toArray(String[]::new);
    if (missing.length > 0) {
      throw ApiError.noRouteTable(missing);
    }
    return all.stream().filter(table -> query.ids().isEmpty() || query.ids().contains(table.id()));
  }

  private static <T extends Identified> Stream<T> byId(
      Query query,
      Table<T> table,
      UnaryOperator<String> check,
      Function<String[], ApiError> unknown) {
    return query.ids().isEmpty()
        ? table.stream()
        : Transaction.all(query.ids(), table, check, unknown).stream();
  }

  private static Stream<InstanceType> types(Transaction transaction, Query query) {
    var types = transaction.context().types();
    List<String> names = query.ids().isEmpty() ? types.names() : query.ids();
    var unknown = names.stream().filter(name -> types.find(name).isEmpty()).toList();
    if (!unknown.isEmpty()) {
      throw ApiError.of(
          "InvalidInstanceType",
          "The following supplied instance types do not exist: ["
              + String.join(", ", unknown)
              + "]");
    }
    return names.stream().distinct().sorted().flatMap(name -> types.find(name).stream());
  }

  private static Stream<TagView> tags(CloudState state) {
    return state.tags().entrySet().stream()
        .flatMap(
            of ->
                of.getValue().entrySet().stream()
                    .map(tag -> new TagView(of.getKey(), tag.getKey(), tag.getValue())));
  }
}
