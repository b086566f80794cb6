/**
 * The owner of the pods with branch ENIs: asks for the trunk ENI, reads the annotation, and keeps
 * the list on disk.
 */
@NullMarked
package io.vpccni.ipamd.branch.service;

import org.jspecify.annotations.NullMarked;
