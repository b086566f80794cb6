/**
 * Security groups for pods: such a pod has a branch ENI of its own, which the VPC resource
 * controller makes on the node's trunk ENI and writes into an annotation of the pod. Here: asking
 * for the trunk, reading the annotation, and the list of such pods, which are not the pool's.
 */
@NullMarked
package io.vpccni.ipamd.branch;

import org.jspecify.annotations.NullMarked;
