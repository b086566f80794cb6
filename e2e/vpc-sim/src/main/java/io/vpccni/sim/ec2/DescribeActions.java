package io.vpccni.sim.ec2;

import io.vpccni.sim.ec2.DescribeCall.DescribeAvailabilityZones;
import io.vpccni.sim.ec2.DescribeCall.DescribeInstanceTypes;
import io.vpccni.sim.ec2.DescribeCall.DescribeInstances;
import io.vpccni.sim.ec2.DescribeCall.DescribeNetworkInterfaces;
import io.vpccni.sim.ec2.DescribeCall.DescribeSecurityGroups;
import io.vpccni.sim.ec2.DescribeCall.DescribeSubnets;
import io.vpccni.sim.ec2.DescribeCall.DescribeTags;
import io.vpccni.sim.ec2.DescribeCall.DescribeVpcs;
import io.vpccni.sim.ec2.DescribeCall.GetSubnetCidrReservations;
import io.vpccni.sim.ec2.DescribeCall.Query;
import io.vpccni.sim.ec2.Ec2Answer.GroupView;
import io.vpccni.sim.ec2.Ec2Answer.TagView;
import io.vpccni.sim.ec2.Ec2Answer.ZoneView;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Answers that change nothing. */
final class DescribeActions {
  private DescribeActions() {}

  static Ec2Answer perform(Draft draft, DescribeCall call) {
    var state = draft.state();
    return switch (call) {
      case DescribeNetworkInterfaces(var query) ->
          Pages.of(
              byId(query, state.enis(), draft::eni).map(eni -> Views.eni(state, eni, draft.now())),
              query,
              view -> view.eni().id(),
              Filters.ENI);
      case DescribeInstances(var query) ->
          Pages.of(
              byId(query, state.instances(), draft::instance)
                  .map(instance -> Views.instance(state, instance, draft.now())),
              query,
              view -> view.instance().id(),
              Filters.INSTANCE);
      case DescribeSubnets(var query) ->
          Pages.of(
              byId(query, state.subnets(), draft::subnet)
                  .map(subnet -> Views.subnet(state, subnet)),
              query,
              view -> view.subnet().id(),
              Filters.SUBNET);
      case DescribeVpcs(var query) ->
          Pages.of(
              byId(query, state.vpcs(), draft::vpc).map(vpc -> Views.vpc(state, vpc)),
              query,
              view -> view.vpc().id(),
              Filters.VPC);
      case DescribeSecurityGroups(var query) ->
          Pages.of(
              byId(query, state.groups(), draft::group)
                  .map(g -> new GroupView(g, state.tagsOf(g.id()), state.account())),
              query,
              view -> view.group().id(),
              Filters.GROUP);
      case DescribeInstanceTypes(var query) ->
          Pages.of(types(draft, query), query, InstanceType::name, Filters.TYPE);
      case DescribeTags(var query) ->
          Pages.of(
              tags(state), query, tag -> tag.resourceId() + " " + tag.key(), Filters.tags(state));
      case DescribeAvailabilityZones(var query) ->
          Pages.of(
              Stream.of("a", "b", "c")
                  .map(z -> new ZoneView(state.region() + z, zoneId(z), state.region())),
              query,
              ZoneView::name,
              Filters.ZONE);
      case GetSubnetCidrReservations(var subnetId, var query) ->
          Pages.of(
              draft.subnet(subnetId).reservations().values().stream(),
              query,
              Named::id,
              Filters.RESERVATION);
    };
  }

  static String zoneId(String letter) {
    return "sim1-az" + (letter.charAt(letter.length() - 1) - 'a' + 1);
  }

  private static <T extends Named> Stream<T> byId(
      Query query, Table<T> table, Function<String, T> existing) {
    return query.ids().isEmpty() ? table.stream() : query.ids().stream().distinct().map(existing);
  }

  private static Stream<InstanceType> types(Draft draft, Query query) {
    var types = draft.world().types();
    List<String> names = query.ids().isEmpty() ? types.names() : query.ids();
    return names.stream()
        .sorted()
        .map(
            name ->
                types
                    .find(name)
                    .orElseThrow(
                        () ->
                            ApiError.of(
                                "InvalidInstanceType",
                                "The following supplied instance types do not exist: ["
                                    + name
                                    + "]")));
  }

  private static Stream<TagView> tags(CloudState state) {
    return state.tags().entrySet().stream()
        .flatMap(
            of ->
                of.getValue().entrySet().stream()
                    .map(tag -> new TagView(of.getKey(), tag.getKey(), tag.getValue())));
  }
}
