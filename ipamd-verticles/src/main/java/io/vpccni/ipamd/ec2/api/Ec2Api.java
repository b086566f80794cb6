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
 * EC2 in our own words. Each call is repeated within its budget where that is safe; a future fails
 * with {@link Ec2Refused}.
 */
public interface Ec2Api {
  Future<EniView> create(NewEni wanted);

  /** The attachment's id. Not repeated when its outcome is unknown: look first. */
  Future<String> attach(EniId eni, String instance, int networkCard, int deviceIndex);

  Future<Void> deleteOnTermination(EniId eni, String attachment);

  Future<Void> setGroups(EniId eni, List<String> groups);

  /** What is new. Not repeated when its outcome is unknown. */
  Future<List<Cidr>> assign(EniId eni, AddressKind kind, int count);

  Future<Void> unassign(EniId eni, List<Cidr> cidrs);

  Future<Void> detach(String attachment);

  Future<Void> delete(EniId eni);

  Future<Void> tag(EniId eni, SortedMap<String, String> tags);

  /** Empty where there is none of this id. */
  Future<Optional<EniView>> eni(EniId id);

  /** All pages of the ENIs that match all filters. */
  Future<List<EniView>> enis(Map<String, String> filters);

  Future<List<SubnetView>> subnets(String vpc, String availabilityZone);

  Future<InstanceLimits> instanceType(String type);
}
