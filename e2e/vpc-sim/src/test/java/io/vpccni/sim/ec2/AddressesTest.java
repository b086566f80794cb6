package io.vpccni.sim.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Ec2Answer.Ipv4Assigned;
import io.vpccni.sim.ec2.EniCall.AssignPrivateIpAddresses;
import io.vpccni.sim.ec2.EniCall.UnassignPrivateIpAddresses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  private final Region region = Region.prompt();
  private final String vpc = region.vpc("10.0.0.0/16");

  @Test
  void theFirstFourAndTheLastAddressAreNeverGiven() {
    var subnet = region.subnet(vpc, "10.0.0.0/28");
    var eni = region.eni(subnet, AddressRequest.count(10));
    assertThat(eni.ipv4())
        .hasSize(11)
        .doesNotContain(
            Ip.parse("10.0.0.0"),
            Ip.parse("10.0.0.1"),
            Ip.parse("10.0.0.2"),
            Ip.parse("10.0.0.3"),
            Ip.parse("10.0.0.15"));
    refused("InsufficientFreeAddressesInSubnet", () -> region.eni(subnet, AddressRequest.NONE));
  }

  @Test
  void aCallThatCannotGetAllItAskedForGetsNothing() {
    var subnet = region.subnet(vpc, "10.0.0.0/28");
    var eni = region.eni(subnet, AddressRequest.NONE);
    refused("InsufficientFreeAddressesInSubnet", () -> assign(eni, AddressRequest.count(11)));
    assertThat(region.describe(DescribeCall.Query.ids(eni.id())).items().getFirst().eni().ipv4())
        .hasSize(1);
    assertThat(assign(eni, AddressRequest.count(10)).ips()).hasSize(10);
  }

  @Test
  void onePrefixIsAnAlignedBlockOf16AndTakesOnePlace() {
    var subnet = region.subnet(vpc, "10.0.0.0/24");
    var instance = region.instance("m5.large", subnet);
    var primary = region.primary(instance);
    var prefixes = assign(primary, AddressRequest.prefixes(9)).prefixes();
    assertThat(prefixes).hasSize(9).allMatch(block -> block.prefix() == 28);
    assertThat(new HashSet<>(prefixes)).hasSize(9);
    refused("PrivateIpAddressLimitExceeded", () -> assign(primary, AddressRequest.prefixes(1)));
  }

  @Test
  void singleAddressesFragmentTheBlocksThatPrefixesNeed() {
    var subnet = region.subnet(vpc, "10.0.0.0/26");
    var eni = region.eni(subnet, AddressRequest.NONE);
    assign(eni, explicit("10.0.0.16", "10.0.0.32"));
    refused("InsufficientCidrBlocks", () -> assign(eni, AddressRequest.prefixes(1)));
    region.call(
        new UnassignPrivateIpAddresses(eni.id(), List.of(Ip.parse("10.0.0.16")), List.of()));
    if (!new Cidr(Ip.parse("10.0.0.16"), 28).contains(eni.primary().orElseThrow())) {
      assertThat(assign(eni, AddressRequest.prefixes(1)).prefixes())
          .containsExactly(Cidr.parse("10.0.0.16/28"));
    }
  }

  @Test
  void whatOthersOccupyLeavesAddressesButNoWholeBlock() {
    var subnet = region.subnet(vpc, "10.0.1.0/24");
    region.call(new OccupySubnet(subnet, 5, true));
    var eni = region.eni(subnet, AddressRequest.NONE);
    refused("InsufficientCidrBlocks", () -> assign(eni, AddressRequest.prefixes(1)));
    assertThat(assign(eni, AddressRequest.count(4)).ips()).hasSize(4);
    refused("InsufficientFreeAddressesInSubnet", () -> assign(eni, AddressRequest.count(1)));
  }

  @Test
  void anEniInUseIsHeldToItsInstanceType() {
    var subnet = region.subnet(vpc, "10.0.0.0/24");
    var primary = region.primary(region.instance("m5.large", subnet));
    assertThat(assign(primary, AddressRequest.count(9)).ips()).hasSize(9);
    refused("PrivateIpAddressLimitExceeded", () -> assign(primary, AddressRequest.count(1)));
  }

  @Test
  void prefixesNeedANitroType() {
    var subnet = region.subnet(vpc, "10.0.0.0/24");
    var primary = region.primary(region.instance("t2.large", subnet));
    refused("UnsupportedOperation", () -> assign(primary, AddressRequest.prefixes(1)));
  }

  @Test
  void unassigningWhatIsNotThereIsRefusedAndChangesNothing() {
    var subnet = region.subnet(vpc, "10.0.0.0/24");
    var eni = region.eni(subnet, AddressRequest.count(1));
    var held = eni.secondary().getFirst();
    refused(
        "InvalidParameterValue",
        () ->
            region.call(
                new UnassignPrivateIpAddresses(
                    eni.id(), List.of(held, Ip.parse("10.0.0.250")), List.of())));
    assertThat(region.describe(DescribeCall.Query.ids(eni.id())).items().getFirst().eni())
        .isEqualTo(eni);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noAddressIsEverHeldTwiceAndTheCountOfFreeOnesIsRight(long seed) {
    var chance = new SplittableRandom(seed);
    var subnet = region.subnet(vpc, "10.0.4.0/24");
    var enis = new ArrayList<Eni>();
    for (int i = 0; i < 4; i++) {
      enis.add(region.eni(subnet, AddressRequest.NONE));
    }
    for (int step = 0; step < 300; step++) {
      var id = enis.get(chance.nextInt(enis.size())).id();
      randomChange(id, chance);
      int held = 0;
      var all = new HashSet<Cidr>();
      for (var eni : enis) {
        for (var address : current(eni.id()).addresses()) {
          for (long n = 0; n < address.size(); n++) {
            assertThat(all.add(address.address(n).asCidr())).as("seed %d", seed).isTrue();
            held++;
          }
        }
      }
      assertThat(Views.subnet(region.cloud.state(), subnet(subnet)).free())
          .as("seed %d step %d", seed, step)
          .isEqualTo(256 - 5 - held);
    }
  }

  private void randomChange(String id, SplittableRandom chance) {
    var eni = current(id);
    try {
      switch (chance.nextInt(4)) {
        case 0 -> assign(eni, AddressRequest.count(1 + chance.nextInt(10)));
        case 1 -> assign(eni, AddressRequest.prefixes(1 + chance.nextInt(2)));
        case 2 ->
            region.call(
                new UnassignPrivateIpAddresses(
                    id, eni.secondary().stream().limit(4).toList(), List.of()));
        default ->
            region.call(
                new UnassignPrivateIpAddresses(
                    id, List.of(), eni.ipv4Prefixes().stream().limit(1).toList()));
      }
    } catch (ApiError expected) {
      assertThat(expected.code())
          .isIn(
              "InsufficientFreeAddressesInSubnet",
              "InsufficientCidrBlocks",
              "PrivateIpAddressLimitExceeded",
              "MissingParameter");
    }
  }

  private Eni current(String id) {
    return region.cloud.state().enis().find(id).orElseThrow();
  }

  private Subnet subnet(String id) {
    return region.cloud.state().subnets().find(id).orElseThrow();
  }

  private Ipv4Assigned assign(Eni eni, AddressRequest request) {
    return (Ipv4Assigned) region.call(new AssignPrivateIpAddresses(eni.id(), request, false));
  }

  private static AddressRequest explicit(String... ips) {
    return new AddressRequest(0, 0, List.of(ips).stream().map(Ip::parse).toList(), List.of());
  }

  private static void refused(String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(ApiError.class, error -> assertThat(error.code()).isEqualTo(code));
  }
}
