/**
 * This package is the contract of security groups for pods. Such a pod has a branch ENI of its own,
 * which the VPC resource controller makes on the node's trunk ENI and writes into an annotation of
 * the pod; the pool does not own it, the list behind these endpoints does.
 */
@NullMarked
package io.vpccni.ipamd.branch;

import org.jspecify.annotations.NullMarked;
