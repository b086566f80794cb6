package io.vpccni.sim.ec2.wire;

import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.DescribeCall;
import io.vpccni.sim.ec2.DescribeCall.Filter;
import io.vpccni.sim.ec2.DescribeCall.Query;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.TagCall;
import io.vpccni.sim.query.Form;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Parses a form into a call. */
public final class QueryReader {
  private static final Map<String, Function<Form, Ec2Call>> ACTIONS = actions();

  private QueryReader() {}

  /**
   * @throws ApiError if EC2 would refuse the form itself: for an unknown action, or a missing or
   *     malformed parameter
   */
  public static Ec2Call read(Form form) {
    var action = form.need("Action");
    var reader = ACTIONS.get(action);
    if (reader == null) {
      throw ApiError.of(
          "InvalidAction", "The action " + action + " is not valid for this web service.");
    }
    Parameters.check(action, form);
    var call = reader.apply(form);
    Parameters.checkAllRead(action, form);
    return call;
  }

  /** Returns the names of all actions that are understood. */
  public static Set<String> names() {
    return ACTIONS.keySet();
  }

  public static boolean dryRun(Form form) {
    return form.flag("DryRun").orElse(false);
  }

  private static Map<String, Function<Form, Ec2Call>> actions() {
    var all = new TreeMap<String, Function<Form, Ec2Call>>();
    EniReader.actions(all);
    SceneReader.actions(all);
    describe(all, "NetworkInterface", DescribeCall.DescribeNetworkInterfaces::new);
    describe(all, "Instance", DescribeCall.DescribeInstances::new);
    describe(all, "Subnet", DescribeCall.DescribeSubnets::new);
    describe(all, "Vpc", DescribeCall.DescribeVpcs::new);
    describe(all, "RouteTable", DescribeCall.DescribeRouteTables::new);
    all.put(
        "DescribeRegions",
        form -> {
          form.flag("AllRegions");
          return new DescribeCall.DescribeRegions(query(form, form.list("RegionName")));
        });
    all.put(
        "DescribeInstanceStatus",
        form ->
            new DescribeCall.DescribeInstanceStatus(
                query(form, form.list("InstanceId")),
                form.flag("IncludeAllInstances").orElse(false)));
    all.put(
        "DescribeNetworkInterfaceAttribute",
        form ->
            new DescribeCall.DescribeNetworkInterfaceAttribute(
                form.need("NetworkInterfaceId"), form.need("Attribute")));
    all.put(
        "DescribeVpcAttribute",
        form -> new DescribeCall.DescribeVpcAttribute(form.need("VpcId"), form.need("Attribute")));
    all.put("DescribeInstanceTypes", form -> types(form));
    all.put("DescribeSecurityGroups", form -> groups(form));
    all.put("DescribeTags", form -> new DescribeCall.DescribeTags(query(form, List.of())));
    all.put(
        "DescribeAvailabilityZones",
        form -> {
          form.flag("AllAvailabilityZones");
          return new DescribeCall.DescribeAvailabilityZones(query(form, form.list("ZoneName")));
        });
    all.put(
        "GetSubnetCidrReservations",
        form ->
            new DescribeCall.GetSubnetCidrReservations(
                form.need("SubnetId"), query(form, List.of())));
    all.put("CreateTags", form -> new TagCall.CreateTags(needed(form, "ResourceId"), form.tags()));
    all.put("DeleteTags", QueryReader::deleteTags);
    return all;
  }

  private static void describe(
      Map<String, Function<Form, Ec2Call>> all, String kind, Function<Query, Ec2Call> call) {
    all.put("Describe" + kind + "s", form -> call.apply(query(form, form.list(kind + "Id"))));
  }

  private static Ec2Call types(Form form) {
    return new DescribeCall.DescribeInstanceTypes(query(form, form.list("InstanceType")));
  }

  private static Ec2Call groups(Form form) {
    // Names are a filter in all but spelling.
    var names = form.list("GroupName");
    var query = query(form, form.list("GroupId"));
    var filters =
        names.isEmpty()
            ? query.filters()
            : Stream.concat(query.filters().stream(), Stream.of(new Filter("group-name", names)))
                .toList();
    return new DescribeCall.DescribeSecurityGroups(
        new Query(query.ids(), filters, query.maxResults(), query.nextToken()));
  }

  private static Query query(Form form, List<String> ids) {
    return new Query(
        ids,
        form.items("Filter")
            .map(filter -> new Filter(filter.need("Name"), filter.list("Value")))
            .toList(),
        form.integer("MaxResults"),
        form.text("NextToken").filter(token -> !token.isEmpty()));
  }

  private static Ec2Call deleteTags(Form form) {
    var tags = new TreeMap<String, Optional<String>>();
    form.items("Tag").forEach(tag -> tags.put(tag.need("Key"), tag.text("Value")));
    return new TagCall.DeleteTags(needed(form, "ResourceId"), tags);
  }

  static List<String> needed(Form form, String name) {
    var all = form.list(name);
    if (all.isEmpty()) {
      form.need(name);
    }
    return all;
  }
}
