package io.vpccni.ipamd.ec2.api;

import io.vertx.core.Future;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Offers EC2 in our own words. Each call is repeated within its budget where that is safe; a future
 * fails with {@link Ec2Refused}.
 */
public interface Ec2Api {
  Future<EniView> create(NewEni wanted);

  /**
   * Returns the attachment's id. The call is not repeated when its outcome is unknown: look first.
   */
  Future<String> attach(EniId eni, String instance, int networkCard, int deviceIndex);

  Future<Void> deleteOnTermination(EniId eni, String attachment);

  Future<Void> setGroups(EniId eni, List<String> groups);

  /** Returns what is new. The call is not repeated when its outcome is unknown. */
  Future<List<Cidr>> assign(EniId eni, AddressKind kind, int count);

  Future<Void> unassign(EniId eni, List<Cidr> cidrs);

  Future<Void> detach(String attachment);

  Future<Void> delete(EniId eni);

  Future<Void> tag(EniId eni, SortedMap<String, String> tags);

  /** Returns the ENI of this id; empty if there is none. */
  Future<Optional<EniView>> eni(EniId id);

  /** Returns all ENIs that match all filters, from all pages. */
  Future<List<EniView>> enis(Map<String, String> filters);

  Future<List<SubnetView>> subnets(String vpc, String availabilityZone);

  Future<InstanceLimits> instanceType(String type);
}
