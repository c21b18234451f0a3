-- What a number stands for is known by the types that write it, which grow: the schema does not repeat it. What has to
-- hold between columns, and what is yes or no, it still checks.
{enums}
