package io.vpccni.sim.ec2.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.query.Form;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.ec2.model.Ec2Request;

/** Compares what a client can send with what AWS's own client would. */
class ParametersTest {
  static Set<String> actions() {
    return QueryReader.names();
  }

  @ParameterizedTest
  @MethodSource("actions")
  void everyParameterOfAwssClientIsKnownAndNoOther(String action) throws Exception {
    var known = new TreeSet<>(Parameters.all().getOrDefault(action, Set.of()));
    known.add("DryRun");
    var theirs = new TreeSet<String>();
    leaves(request(action).sdkFields(), "", theirs);
    theirs.add("DryRun");
    assertThat(known).as("parameters.txt, to be made anew after the SDK").isEqualTo(theirs);
  }

  private static SdkPojo request(String action) throws ReflectiveOperationException {
    var type = Class.forName(Ec2Request.class.getPackageName() + "." + action + "Request");
    var builder = type.getMethod("builder").invoke(null);
    return (SdkPojo)
        Class.forName("software.amazon.awssdk.utils.builder.SdkBuilder")
            .getMethod("build")
            .invoke(builder);
  }

  private static void leaves(List<SdkField<?>> fields, String prefix, Set<String> found) {
    for (var field : fields) {
      var inner = field;
      if (field.marshallingType() == MarshallingType.LIST) {
        inner = field.getTrait(ListTrait.class).memberFieldInfo();
      }
      var name = prefix + field.locationName();
      if (inner.marshallingType() == MarshallingType.SDK_POJO) {
        leaves(inner.constructor().get().sdkFields(), name + ".", found);
      } else {
        found.add(name);
      }
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      textBlock =
          """
          UnknownParameter,     Action=DescribeVpcs&VpcID.1=vpc-0a
          UnknownParameter,     Action=DescribeVpcs&Filter.1.Name=cidr&Filter.1.Valeu.1=x
          UnknownParameter,     Action=DeleteNetworkInterface&NetworkInterfaceId=eni-0a&Force=true
          UnsupportedOperation, Action=AttachNetworkInterface&NetworkInterfaceId=eni-0a&InstanceId=i-0a&DeviceIndex=1&EnaSrdSpecification.EnaSrdEnabled=true
          UnsupportedOperation, Action=CreateVpc&CidrBlock=10.0.0.0/16&InstanceTenancy=dedicated
          UnsupportedOperation, Action=RunInstances&ImageId=ami-0&SubnetId=subnet-0a&SecurityGroup.1=x
          UnsupportedOperation, Action=ModifyNetworkInterfaceAttribute&NetworkInterfaceId=eni-0a&SourceDestCheck.Value=true&Description.Value=x
          """)
  void whatIsUnknownOrWithoutEffectIsRefusedByName(String code, String form) {
    var last = form.substring(form.lastIndexOf('&') + 1).split("=", -1)[0];
    assertThatThrownBy(() -> QueryReader.read(Form.parse(form)))
        .isInstanceOfSatisfying(
            ApiError.class, refused -> assertThat(refused.code()).isEqualTo(code))
        .hasMessageContaining(last.contains("Valeu") ? "Valeu" : last);
  }

  /** These parameters of an instance change nothing about its network. */
  @Test
  void whatHasNothingToDoWithNetworksIsTakenWithoutEffect() {
    QueryReader.read(
        Form.parse(
            "Action=RunInstances&Version=2016-11-15&ImageId=ami-0&SubnetId=subnet-0a&KeyName=k"
                + "&UserData=IyE%3D&BlockDeviceMapping.1.DeviceName=%2Fdev%2Fsda1"
                + "&Monitoring.Enabled=true&TagSpecification.1.ResourceType=volume"
                + "&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b"));
  }
}
