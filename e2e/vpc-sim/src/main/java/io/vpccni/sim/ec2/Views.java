package io.vpccni.sim.ec2;

import io.vpccni.sim.ec2.Ec2Answer.EniView;
import io.vpccni.sim.ec2.Ec2Answer.InstanceView;
import io.vpccni.sim.ec2.Ec2Answer.SubnetView;
import io.vpccni.sim.ec2.Ec2Answer.VpcView;
import java.time.Instant;
import java.util.Comparator;

/** Joins resources with what the state keeps elsewhere about them. */
public final class Views {
  private Views() {}

  public static EniView eni(CloudState state, Eni eni, Instant now) {
    var groups = eni.groups().stream().flatMap(id -> state.groups().find(id).stream()).toList();
    return new EniView(eni, now, state.tagsOf(eni.id()), groups, state.account());
  }

  public static InstanceView instance(CloudState state, Instance instance, Instant now) {
    var enis =
        state
            .enisOf(instance.id())
            .sorted(Comparator.comparing(Views::slot))
            .map(eni -> eni(state, eni, now))
            .toList();
    return new InstanceView(instance, state.tagsOf(instance.id()), enis, state.account());
  }

  public static SubnetView subnet(CloudState state, Subnet subnet) {
    return new SubnetView(
        subnet,
        AddressSpace.of(state, subnet).free(),
        state.tagsOf(subnet.id()),
        state.account(),
        state.region());
  }

  public static VpcView vpc(CloudState state, Vpc vpc) {
    return new VpcView(vpc, state.tagsOf(vpc.id()), state.account());
  }

  /** Orders ENIs within an instance: by card, then by device index. */
  private static int slot(Eni eni) {
    return eni.attachment().map(at -> at.card() * 1000 + at.deviceIndex()).orElse(0);
  }
}
