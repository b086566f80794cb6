package io.vpccni.sim.ec2;

import io.vpccni.sim.ec2.Ec2Answer.RouteTableView;
import io.vpccni.sim.ec2.TagCall.CreateTags;
import io.vpccni.sim.ec2.TagCall.DeleteTags;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Adds and removes tags of any resource. */
final class TagActions {
  private static final int MOST = 50;

  private TagActions() {}

  static Ec2Answer perform(Transaction transaction, TagCall call) {
    switch (call) {
      case CreateTags create -> {
        create.resourceIds().forEach(id -> kind(transaction.state(), id));
        create.resourceIds().forEach(id -> add(transaction, id, create.tags()));
      }
      case DeleteTags delete -> {
        delete.resourceIds().forEach(id -> kind(transaction.state(), id));
        delete.resourceIds().forEach(id -> remove(transaction, id, delete.tags()));
      }
    }
    return new Ec2Answer.Done();
  }

  static void add(Transaction transaction, String id, Map<String, String> tags) {
    var all = new TreeMap<>(transaction.state().tagsOf(id));
    for (var tag : tags.entrySet()) {
      if (tag.getKey().isEmpty() || tag.getKey().length() > 127 || tag.getValue().length() > 255) {
        throw ApiError.invalid("Tag key or value exceeds the maximum length: " + tag.getKey());
      }
      if (tag.getKey().startsWith("aws:")) {
        throw ApiError.invalid(
            "Tag keys starting with 'aws:' are reserved for internal use: " + tag.getKey());
      }
      all.put(tag.getKey(), tag.getValue());
    }
    if (all.size() > MOST) {
      throw ApiError.of("TagLimitExceeded", "More than " + MOST + " tags on " + id);
    }
    transaction.state(transaction.state().withTags(id, all));
  }

  private static void remove(
      Transaction transaction, String id, Map<String, Optional<String>> gone) {
    var left = new TreeMap<>(transaction.state().tagsOf(id));
    if (gone.isEmpty()) {
      left.clear();
    }
    gone.forEach(
        (key, value) -> {
          var held = left.get(key);
          if (held != null && value.map(held::equals).orElse(true)) {
            left.remove(key);
          }
        });
    transaction.state(transaction.state().withTags(id, left));
  }

  /**
   * Returns EC2's word for the kind of resource that the id names.
   *
   * @throws ApiError if nothing of that id exists
   */
  static String kind(CloudState state, String id) {
    if (state.enis().find(id).isPresent()) {
      return "network-interface";
    }
    if (state.instances().find(id).isPresent()) {
      return "instance";
    }
    if (state.subnets().find(id).isPresent()) {
      return "subnet";
    }
    if (state.vpcs().find(id).isPresent()) {
      return "vpc";
    }
    if (state.groups().find(id).isPresent()) {
      return "security-group";
    }
    if (state.vpcs().stream().anyMatch(vpc -> RouteTableView.idOf(vpc.id()).equals(id))) {
      return "route-table";
    }
    throw unknown(id);
  }

  private static ApiError unknown(String id) {
    return switch (id.replaceFirst("-.*", "")) {
      case "eni" -> ApiError.noEni(id);
      case "i" -> ApiError.noInstance(id);
      case "subnet" -> ApiError.noSubnet(id);
      case "vpc" -> ApiError.noVpc(id);
      case "sg" -> ApiError.noGroup(id);
      case "rtb" -> ApiError.noRouteTable(id);
      default -> ApiError.of("InvalidID", "The ID '" + id + "' is not valid");
    };
  }
}
