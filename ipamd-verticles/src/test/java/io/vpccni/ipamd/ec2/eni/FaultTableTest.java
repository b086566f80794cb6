package io.vpccni.ipamd.ec2.eni;

import static io.vpccni.ipamd.ec2.eni.FaultScenario.arises;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.before;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.events;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.eventsOf;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.goesOn;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.raised;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.settles;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.eni.FaultScenario.Need;
import io.vpccni.sim.faults.Fault;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every error code of EC2 on every action, for ten minutes: what the agent says, in conditions and
 * in events, how often it asks, how soon all is well after the code has gone; and a pod gets its
 * address from the pool at once all the time.
 */
class FaultTableTest {
  /**
   * The columns: what is refused and with what; the conditions raised meanwhile, each of which is
   * one Kubernetes event with the code as its reason; calls of that action in the ten minutes, at
   * most; seconds until all is well after healing, at most.
   */
  @ParameterizedTest(name = "{0} answers {1}: {2}, {3} calls at most, well {4} s after it heals")
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          AssignPrivateIpAddresses       , RequestLimitExceeded             , Ec2Throttled AssignPrivateIpAddresses                                             ,   80,   90
          AssignPrivateIpAddresses       , Unavailable                      , Ec2Failing AssignPrivateIpAddresses                                               ,   80,   90
          AssignPrivateIpAddresses       , RequestExpired                   , Ec2Failing AssignPrivateIpAddresses                                               ,   80,   90
          AssignPrivateIpAddresses       , InternalError                    , Ec2Failing AssignPrivateIpAddresses                                               ,   30,   10
          AssignPrivateIpAddresses       , RequestTimeout                   , Ec2Failing AssignPrivateIpAddresses                                               ,   30,   10
          AssignPrivateIpAddresses       , InsufficientFreeAddressesInSubnet, SubnetExhausted SUBNET                                                            ,    6,   10
          AssignPrivateIpAddresses       , InsufficientCidrBlocks           , SubnetExhausted SUBNET                                                            ,    6,   10
          AssignPrivateIpAddresses       , PrivateIpAddressLimitExceeded    , Ec2Refused AssignPrivateIpAddresses                                               ,   12, 1200
          AssignPrivateIpAddresses       , UnauthorizedOperation            , NoPermission AssignPrivateIpAddresses                                             ,    6,  420
          AssignPrivateIpAddresses       , InvalidParameterValue            , Ec2Refused AssignPrivateIpAddresses                                               ,   12, 1200
          CreateNetworkInterface         , RequestLimitExceeded             , Ec2Throttled CreateNetworkInterface                                               ,   80,   90
          CreateNetworkInterface         , Unavailable                      , Ec2Failing CreateNetworkInterface                                                 ,   80,   90
          CreateNetworkInterface         , InternalError                    , Ec2Failing CreateNetworkInterface                                                 ,   80,   90
          CreateNetworkInterface         , InsufficientFreeAddressesInSubnet, SubnetExhausted SUBNET                                                            ,    6,  420
          CreateNetworkInterface         , NetworkInterfaceLimitExceeded    , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , PrivateIpAddressLimitExceeded    , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , InvalidSubnetID.NotFound         , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , InvalidGroup.NotFound            , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , TagLimitExceeded                 , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , IdempotentParameterMismatch      , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , UnauthorizedOperation            , NoPermission CreateNetworkInterface                                               ,    6,  420
          CreateNetworkInterface         , AuthFailure                      , NoPermission CreateNetworkInterface                                               ,    6,  420
          CreateNetworkInterface         , SignatureDoesNotMatch            , NoPermission CreateNetworkInterface                                               ,    6,  420
          CreateNetworkInterface         , SomethingNew                     , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          AttachNetworkInterface         , RequestLimitExceeded             , Ec2Throttled AttachNetworkInterface                                               ,  120,   10
          AttachNetworkInterface         , InternalError                    , Ec2Failing AttachNetworkInterface                                                 ,   30,   10
          AttachNetworkInterface         , AttachmentLimitExceeded          , Ec2Refused AttachNetworkInterface                                                 ,    6,  420
          AttachNetworkInterface         , InvalidParameterValue            , Ec2Refused AttachNetworkInterface                                                 ,   30,  420
          AttachNetworkInterface         , InvalidNetworkInterface.InUse    , Ec2Refused AttachNetworkInterface                                                 ,    6,  420
          AttachNetworkInterface         , UnauthorizedOperation            , NoPermission AttachNetworkInterface                                               ,    6,  420
          ModifyNetworkInterfaceAttribute, RequestLimitExceeded             , Ec2Throttled ModifyNetworkInterfaceAttribute + EniUpkeepFailing termination of ENI,   30,  420
          ModifyNetworkInterfaceAttribute, InternalError                    , Ec2Failing ModifyNetworkInterfaceAttribute + EniUpkeepFailing termination of ENI  ,   30,  420
          ModifyNetworkInterfaceAttribute, UnauthorizedOperation            , EniUpkeepFailing termination of ENI + NoPermission ModifyNetworkInterfaceAttribute,    6,  420
          UnassignPrivateIpAddresses     , RequestLimitExceeded             , Ec2Throttled UnassignPrivateIpAddresses                                           ,  120,   90
          UnassignPrivateIpAddresses     , InternalError                    , Ec2Failing UnassignPrivateIpAddresses                                             ,   80,   90
          UnassignPrivateIpAddresses     , UnauthorizedOperation            , NoPermission UnassignPrivateIpAddresses                                           ,    6,  420
          UnassignPrivateIpAddresses     , InvalidParameterValue            , Ec2Refused UnassignPrivateIpAddresses                                             ,    6,  420
          DetachNetworkInterface         , RequestLimitExceeded             , Ec2Throttled DetachNetworkInterface                                               ,   80,   90
          DetachNetworkInterface         , InternalError                    , Ec2Failing DetachNetworkInterface                                                 ,   80,   90
          DetachNetworkInterface         , UnauthorizedOperation            , NoPermission DetachNetworkInterface                                               ,    6,  420
          DetachNetworkInterface         , OperationNotPermitted            , Ec2Refused DetachNetworkInterface                                                 ,    6,  420
          DetachNetworkInterface         , InvalidAttachmentID.NotFound     , -                                                                                 ,    6,  420
          DeleteNetworkInterface         , RequestLimitExceeded             , Ec2Throttled DeleteNetworkInterface + EniUpkeepFailing deletion of ENI            ,   80,   90
          DeleteNetworkInterface         , InternalError                    , Ec2Failing DeleteNetworkInterface + EniUpkeepFailing deletion of ENI              ,   80,   90
          DeleteNetworkInterface         , UnauthorizedOperation            , EniUpkeepFailing deletion of ENI + NoPermission DeleteNetworkInterface            ,    6,  420
          DeleteNetworkInterface         , InvalidParameterValue            , EniUpkeepFailing deletion of ENI                                                  ,   12,   10
          DeleteNetworkInterface         , InvalidNetworkInterface.InUse    , EniUpkeepFailing deletion of ENI                                                  ,   12,   10
          DescribeNetworkInterfaces      , RequestLimitExceeded             , Ec2Throttled DescribeNetworkInterfaces                                            ,   80,   90
          DescribeNetworkInterfaces      , InternalError                    , Ec2Failing DescribeNetworkInterfaces                                              ,   80,   90
          DescribeNetworkInterfaces      , UnauthorizedOperation            , NoPermission DescribeNetworkInterfaces                                            ,    6,  420
          DescribeSubnets                , RequestLimitExceeded             , Ec2Throttled DescribeSubnets                                                      ,   30,  420
          DescribeSubnets                , UnauthorizedOperation            , NoPermission DescribeSubnets                                                      ,    6,  420
          CreateTags                     , RequestLimitExceeded             , Ec2Throttled CreateTags + EniUpkeepFailing tags of ENI                            ,   30,  420
          CreateTags                     , UnauthorizedOperation            , EniUpkeepFailing tags of ENI + NoPermission CreateTags                            ,    6,  420
          CreateTags                     , TagLimitExceeded                 , EniUpkeepFailing tags of ENI                                                      ,    6,  420
          """)
  void everyCodeOfEveryAction(
      String action, String code, @Nullable String conditions, int calls, int recovery) {
    var need = need(action);
    var node = before(need);
    node.fault(Fault.always(action, Fault.refuse(code)));
    arises(node, need);
    goesOn(node);
    assertThat(raised(node)).isEqualTo(words(conditions));
    assertThat(events(node)).isEqualTo(eventsOf(conditions, code));
    assertThat(node.cloud.log().count(action)).as("calls").isBetween(1L, (long) calls);
    node.heal();
    settles(node, need, Duration.ofSeconds(recovery));
  }

  private static Need need(String action) {
    return switch (action) {
      case "AssignPrivateIpAddresses" -> Need.ADDRESSES;
      case "UnassignPrivateIpAddresses" -> Need.FEWER_ADDRESSES;
      case "DetachNetworkInterface", "DeleteNetworkInterface" -> Need.FEWER_ENIS;
      case "DescribeNetworkInterfaces" -> Need.START;
      case "DescribeSubnets" -> Need.START;
      case "CreateTags" -> Need.TAGS;
      default -> Need.ENI;
    };
  }
}
