import type { Member, Organization } from './organization.js';
import type { MemberResponse, OrganizationResponse } from './organizations.dto.js';

export const toOrganizationResponse = (organization: Organization): OrganizationResponse => ({
  id: organization.id,
  name: organization.name,
  slug: organization.slug,
  role: organization.role,
  created_at: organization.createdAt.toISOString(),
  updated_at: organization.updatedAt.toISOString(),
});

export const toMemberResponse = (member: Member): MemberResponse => ({
  user_id: member.userId,
  email: member.email,
  username: member.username,
  avatar: member.avatar,
  role: member.role,
  joined_at: member.joinedAt.toISOString(),
});
