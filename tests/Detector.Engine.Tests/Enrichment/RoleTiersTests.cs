using Detector.Engine.Enrichment;
using Detector.Engine.Entra;
using Xunit;

namespace Detector.Engine.Tests.Enrichment;

public sealed class RoleTiersTests
{
    [Fact]
    public void Every_built_in_role_has_a_tier_in_both_profiles_by_id_and_by_name()
    {
        Assert.Equal(145, EntraRoles.All.Count);
        Assert.Equal(145, EntraRoles.All.Select(r => r.TemplateId).Distinct().Count());
        Assert.Equal(145, EntraRoles.All.Select(r => r.Name.ToUpperInvariant()).Distinct().Count());
        foreach (var profile in Enum.GetValues<TierProfile>())
        {
            var tiers = new RoleTiers(profile);
            foreach (var role in EntraRoles.All)
            {
                Assert.True(Guid.TryParseExact(role.TemplateId, "D", out _));
                var tier = tiers.TierOf(role.TemplateId, null);
                Assert.InRange(tier ?? -1, 0, 2);
                Assert.Equal(tier, tiers.TierOf(null, role.Name));
                Assert.Equal(role.IsPrivileged, tiers.IsPrivileged(role.TemplateId, null));
            }
        }
    }

    [Theory]
    [InlineData("Global Administrator", 0, 0)]
    [InlineData("Security Administrator", 0, 0)]
    [InlineData("Application Administrator", 1, 0)]
    [InlineData("Exchange Administrator", 1, 1)]
    [InlineData("Helpdesk Administrator", 2, 0)]
    [InlineData("User Administrator", 2, 0)]
    [InlineData("Global Reader", 0, 0)] // the article does not name it: control plane
    [InlineData("Teams Administrator", 1, 1)]
    [InlineData("Guest Inviter", 2, 2)]
    [InlineData("Device Join", 2, 2)] // unclassified
    public void Profiles_differ_where_the_article_names_a_role(string name, int article, int strict)
    {
        Assert.Equal(article, new RoleTiers(TierProfile.Article).TierOf(null, name));
        Assert.Equal(strict, new RoleTiers(TierProfile.Strict).TierOf(null, name));
    }

    [Fact]
    public void The_shipped_roles_are_those_of_the_facts()
    {
        var facts = SharedFacts.Lines("facts/entra-roles.csv").Skip(1).Select(l => l.Split(',')).ToDictionary(c => c[0]);
        Assert.Equal(facts.Count, EntraRoles.All.Count);
        foreach (var role in EntraRoles.All)
        {
            var cells = facts[role.TemplateId];
            var strict = cells[4] switch { "ControlPlane" => 0, "ManagementPlane" => 1, _ => 2 };
            Assert.Equal((cells[1], bool.Parse(cells[2]), strict), (role.Name, role.IsPrivileged, role.ModelTier));
            Assert.Equal(cells[5].Length > 0 ? int.Parse(cells[5], null) : strict, role.Tier(TierProfile.Article));
        }
    }

    [Fact]
    public void An_override_by_name_holds_for_the_id_and_the_other_way_round()
    {
        var tiers = new RoleTiers(TierProfile.Article, new Dictionary<string, int>
        {
            ["global reader"] = 2,
            ["29232cdf-9323-42fd-ade2-1d097af3e4de"] = 0,
        });

        Assert.Equal(2, tiers.TierOf("f2ef992c-3afb-46b9-b7cf-a126ee74c451", null));
        Assert.Equal(0, tiers.TierOf(null, "Exchange Administrator"));
        Assert.True(tiers.IsPrivileged(null, "Global Reader"));
    }

    [Fact]
    public void Of_an_override_by_id_and_one_by_name_the_id_decides()
    {
        var tiers = new RoleTiers(TierProfile.Article, new Dictionary<string, int>
        {
            ["f2ef992c-3afb-46b9-b7cf-a126ee74c451"] = 1,
            ["Global Reader"] = 2,
        });

        Assert.Equal(1, tiers.TierOf(null, "Global Reader"));
        Assert.Equal(1, tiers.TierOf("f2ef992c-3afb-46b9-b7cf-a126ee74c451", null));
    }

    [Fact]
    public void An_override_makes_a_custom_role_known_but_not_labelled()
    {
        var tiers = new RoleTiers(TierProfile.Article, new Dictionary<string, int> { [" Owner "] = 0 });

        Assert.Equal(0, tiers.TierOf("/subscriptions/x", "owner"));
        Assert.Null(tiers.IsPrivileged(null, "Owner"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("  ", "Canteen Administrator")]
    [InlineData("62e90394-69f5-4237-9190-012177145e1", null)]
    public void An_unknown_role_has_no_tier(string? id, string? name)
    {
        Assert.Null(new RoleTiers(TierProfile.Strict).TierOf(id, name));
        Assert.Null(new RoleTiers(TierProfile.Strict).IsPrivileged(id, name));
    }
}
