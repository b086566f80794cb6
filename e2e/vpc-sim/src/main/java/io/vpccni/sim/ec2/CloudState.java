package io.vpccni.sim.ec2;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Holds all resources of one account in one region.
 *
 * @param at is the time up to which attachments have settled
 * @param tags are by resource id and key; a resource without tags has no entry
 * @param idempotentAnswers are by action and client token
 */
public record CloudState(
    String region,
    String account,
    Instant at,
    Table<Vpc> vpcs,
    Table<Subnet> subnets,
    Table<SecurityGroup> groups,
    Table<Instance> instances,
    Table<Eni> enis,
    SortedMap<String, SortedMap<String, String>> tags,
    Table<IdempotentAnswer> idempotentAnswers) {
  public CloudState {
    tags = SortedCopies.of(tags);
  }

  public static CloudState empty(String region, String account) {
    return new CloudState(
        region,
        account,
        Instant.MIN,
        Table.empty(),
        Table.empty(),
        Table.empty(),
        Table.empty(),
        Table.empty(),
        new TreeMap<>(),
        Table.empty());
  }

  public SortedMap<String, String> tagsOf(String id) {
    return tags.getOrDefault(id, new TreeMap<>());
  }

  public Stream<Eni> enisOf(String instanceId) {
    return enis.stream().filter(eni -> eni.attachedTo(instanceId));
  }

  /** Returns the ENI that the instance was started with. */
  public Optional<Eni> primaryEniOf(String instanceId) {
    return enisOf(instanceId)
        .filter(eni -> eni.attachment().filter(Attachment::primary).isPresent())
        .findFirst();
  }

  Stream<Eni> enisIn(String subnetId) {
    return enis.stream().filter(eni -> eni.subnetId().equals(subnetId));
  }

  CloudState with(Vpc vpc) {
    return copy(at, vpcs.with(vpc), subnets, groups, instances, enis, tags, idempotentAnswers);
  }

  CloudState with(Subnet subnet) {
    return copy(at, vpcs, subnets.with(subnet), groups, instances, enis, tags, idempotentAnswers);
  }

  CloudState with(SecurityGroup group) {
    return copy(at, vpcs, subnets, groups.with(group), instances, enis, tags, idempotentAnswers);
  }

  CloudState with(Instance instance) {
    return copy(at, vpcs, subnets, groups, instances.with(instance), enis, tags, idempotentAnswers);
  }

  CloudState with(Eni eni) {
    return copy(at, vpcs, subnets, groups, instances, enis.with(eni), tags, idempotentAnswers);
  }

  CloudState with(IdempotentAnswer answered) {
    return copy(at, vpcs, subnets, groups, instances, enis, tags, idempotentAnswers.with(answered));
  }

  CloudState withTags(String id, SortedMap<String, String> next) {
    var all =
        next.isEmpty()
            ? SortedCopies.without(tags, id)
            : SortedCopies.with(tags, id, SortedCopies.of(next));
    return copy(at, vpcs, subnets, groups, instances, enis, all, idempotentAnswers);
  }

  CloudState withTime(Instant now, Table<IdempotentAnswer> kept) {
    return copy(now, vpcs, subnets, groups, instances, enis, tags, kept);
  }

  /** Returns the state without the resource of this id, whatever its kind, and without its tags. */
  CloudState without(String id) {
    return copy(
        at,
        vpcs.without(id),
        subnets.without(id),
        groups.without(id),
        instances.without(id),
        enis.without(id),
        SortedCopies.without(tags, id),
        idempotentAnswers);
  }

  private CloudState copy(
      Instant at,
      Table<Vpc> vpcs,
      Table<Subnet> subnets,
      Table<SecurityGroup> groups,
      Table<Instance> instances,
      Table<Eni> enis,
      SortedMap<String, SortedMap<String, String>> tags,
      Table<IdempotentAnswer> idempotentAnswers) {
    return new CloudState(
        region, account, at, vpcs, subnets, groups, instances, enis, tags, idempotentAnswers);
  }
}
