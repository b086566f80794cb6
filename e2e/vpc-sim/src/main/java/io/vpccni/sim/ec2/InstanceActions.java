package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Attachment.Status;
import io.vpccni.sim.ec2.Ec2Answer.StateChange;
import io.vpccni.sim.ec2.EniCall.CreateNetworkInterface;
import io.vpccni.sim.ec2.Instance.State;
import io.vpccni.sim.ec2.SceneCall.ModifyInstanceMetadataOptions;
import io.vpccni.sim.ec2.SceneCall.RunInstances;
import io.vpccni.sim.ec2.SceneCall.RunInstances.PrimaryEni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Starts and terminates instances, each with its primary ENI. */
final class InstanceActions {
  /**
   * Public addresses are from these blocks: ranges for documentation (RFC 5737), of which hosts on
   * the internet have the lower addresses.
   */
  private static final List<Cidr> PUBLIC =
      List.of(Cidr.parse("198.51.100.0/24"), Cidr.parse("203.0.113.128/25"));

  private InstanceActions() {}

  static Ec2Answer run(Transaction transaction, RunInstances call) {
    if (call.count().min() < 1 || call.count().max() < call.count().min()) {
      throw ApiError.invalid("MinCount must be at least 1 and MaxCount not below it");
    }
    var subnet = transaction.subnet(call.network().subnetId());
    if (transaction.context().types().find(call.type()).isEmpty()) {
      throw ApiError.invalid("Invalid value '" + call.type() + "' for InstanceType.");
    }
    var reservation = transaction.newId("r");
    var started = new ArrayList<Instance>();
    for (int i = 0; i < call.count().max(); i++) {
      started.add(start(transaction, call, subnet, reservation));
    }
    return new Ec2Answer.InstancesStarted(
        started.stream()
            .map(one -> Views.instance(transaction.state(), one, transaction.now()))
            .toList());
  }

  private static Instance start(
      Transaction transaction, RunInstances call, Subnet subnet, String reservation) {
    var instance =
        new Instance(
            transaction.newId("i"),
            call.type(),
            call.imageId(),
            Placement.in(subnet),
            reservation,
            transaction.now(),
            call.role(),
            call.metadata(),
            Instance.State.PENDING,
            transaction.now().plus(transaction.context().rules().instancePending()));
    transaction.state(transaction.state().with(instance));
    TagActions.add(transaction, instance.id(), call.tags());
    transaction.tell(new Effect.InstanceLaunched(instance.id(), instance.type()));
    var eni = EniActions.create(transaction, primaryEni(call.network()));
    if (call.network().publicIp().orElse(subnet.mapPublicIp())) {
      AddressActions.map(transaction, eni, publicIp(transaction));
    }
    Attachments.plug(
        transaction, transaction.eni(eni.id()), primaryAttachment(transaction, instance));
    Limits.check(transaction, transaction.eni(eni.id()));
    settle(transaction, instance);
    return instance;
  }

  private static CreateNetworkInterface primaryEni(PrimaryEni eni) {
    return new CreateNetworkInterface(
        eni.subnetId(),
        "",
        eni.groups(),
        eni.privateIp(),
        AddressRequest.NONE,
        AddressRequest.count(eni.ipv6Count()),
        "interface",
        eni.tags(),
        Optional.empty(),
        Optional.empty());
  }

  private static Attachment primaryAttachment(Transaction transaction, Instance instance) {
    return new Attachment(
        transaction.newId("eni-attach"),
        instance.id(),
        0,
        0,
        Status.ATTACHING,
        transaction.now(),
        transaction.now(),
        true);
  }

  private static Ip publicIp(Transaction transaction) {
    var taken =
        transaction.state().enis().stream()
            .flatMap(eni -> eni.publicIp().stream())
            .collect(Collectors.toSet());
    return PUBLIC.stream()
        .flatMap(block -> LongStream.range(1, block.size() - 1).mapToObj(block::address))
        .filter(ip -> !taken.contains(ip))
        .findFirst()
        .orElseThrow(() -> ApiError.of("AddressLimitExceeded", "no public address is left"));
  }

  static Ec2Answer terminate(Transaction transaction, List<String> ids) {
    var changes = new ArrayList<StateChange>();
    for (var instance : transaction.instances(ids)) {
      var before = instance.state();
      boolean ends = before == State.PENDING || before == State.RUNNING;
      changes.add(new StateChange(instance.id(), before, ends ? State.SHUTTING_DOWN : before));
      if (ends) {
        var end = transaction.now().plus(transaction.context().rules().shuttingDown());
        var leaving = instance.in(State.SHUTTING_DOWN, end);
        transaction.state(transaction.state().with(leaving));
        settle(transaction, leaving);
      }
    }
    return new Ec2Answer.InstancesTerminated(changes);
  }

  /** Finishes the change of state that is due by now, if there is one. */
  static void settle(Transaction transaction, Instance instance) {
    if (instance.changesAt().isAfter(transaction.now())) {
      return;
    }
    switch (instance.state()) {
      case PENDING ->
          transaction.state(
              transaction.state().with(instance.in(State.RUNNING, instance.changesAt())));
      case SHUTTING_DOWN -> {
        transaction.state().enisOf(instance.id()).toList().forEach(eni -> unplug(transaction, eni));
        transaction.state(
            transaction.state().with(instance.in(State.TERMINATED, instance.changesAt())));
        transaction.tell(new Effect.InstanceTerminated(instance.id()));
      }
      case RUNNING, TERMINATED -> {}
    }
  }

  static Ec2Answer modify(Transaction transaction, ModifyInstanceMetadataOptions call) {
    var instance = transaction.instance(call.instanceId());
    var before = instance.metadata();
    var next =
        new MetadataOptions(
            call.tokensRequired().orElse(before.tokensRequired()),
            call.enabled().orElse(before.enabled()),
            call.hopLimit().orElse(before.hopLimit()));
    transaction.state(transaction.state().with(instance.with(next)));
    return new Ec2Answer.MetadataModified(instance.id(), next);
  }

  private static void unplug(Transaction transaction, Eni eni) {
    var attachment = eni.attachment().orElseThrow();
    if (attachment.status() == Status.ATTACHED) {
      transaction.tell(Attachments.detached(eni, attachment));
    }
    var free = eni.withAttachment(Optional.empty());
    transaction.put(free);
    if (attachment.deleteOnTermination()) {
      EniActions.remove(transaction, free);
    }
  }
}
