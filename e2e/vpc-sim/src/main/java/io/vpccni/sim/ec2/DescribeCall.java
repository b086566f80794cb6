package io.vpccni.sim.ec2;

import java.util.List;
import java.util.Optional;

/** These calls only read. */
public sealed interface DescribeCall extends Ec2Call {
  Query query();

  record DescribeNetworkInterfaces(Query query) implements DescribeCall {}

  record DescribeInstances(Query query) implements DescribeCall {}

  record DescribeInstanceTypes(Query query) implements DescribeCall {}

  record DescribeSubnets(Query query) implements DescribeCall {}

  record DescribeVpcs(Query query) implements DescribeCall {}

  record DescribeSecurityGroups(Query query) implements DescribeCall {}

  record DescribeTags(Query query) implements DescribeCall {}

  record DescribeAvailabilityZones(Query query) implements DescribeCall {}

  record DescribeRegions(Query query) implements DescribeCall {}

  record DescribeRouteTables(Query query) implements DescribeCall {}

  /**
   * @param all includes instances that do not run
   */
  record DescribeInstanceStatus(Query query, boolean all) implements DescribeCall {}

  /**
   * @param attribute is EC2's name of it
   */
  record DescribeNetworkInterfaceAttribute(String eniId, String attribute) implements DescribeCall {
    @Override
    public Query query() {
      return Query.ids(eniId);
    }
  }

  /**
   * @param attribute is EC2's name of it
   */
  record DescribeVpcAttribute(String vpcId, String attribute) implements DescribeCall {
    @Override
    public Query query() {
      return Query.ids(vpcId);
    }
  }

  /** Asks for the reservations of one subnet. */
  record GetSubnetCidrReservations(String subnetId, Query query) implements DescribeCall {}

  /**
   * Says which resources are asked for, and how many at a time.
   *
   * @param ids are of the kind asked for; empty stands for all
   * @param filters must all match
   * @param maxResults is 5 to 1000, and is refused together with ids
   */
  record Query(
      List<String> ids,
      List<Filter> filters,
      Optional<Integer> maxResults,
      Optional<String> nextToken) {
    public static final Query ALL =
        new Query(List.of(), List.of(), Optional.empty(), Optional.empty());

    public Query {
      ids = List.copyOf(ids);
      filters = List.copyOf(filters);
    }

    public static Query ids(String... ids) {
      return new Query(List.of(ids), List.of(), Optional.empty(), Optional.empty());
    }

    public static Query where(Filter... filters) {
      return new Query(List.of(), List.of(filters), Optional.empty(), Optional.empty());
    }
  }

  /** Matches any of its values, in which {@code *} and {@code ?} are wildcards. */
  record Filter(String name, List<String> values) {
    public Filter {
      values = List.copyOf(values);
    }

    public static Filter of(String name, String... values) {
      return new Filter(name, List.of(values));
    }
  }
}
