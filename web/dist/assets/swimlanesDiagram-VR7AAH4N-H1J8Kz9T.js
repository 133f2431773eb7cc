import{r as e,t}from"./chunk-SHT3W25Y-CiGITgts.js";import"./chunk-POPQ4Y6H-BAXrTWY4.js";import"./mermaid-frame-B7ly3TCo.js";import"./chunk-F27PBJKO-BbvegEcj.js";import"./chunk-GVQU2GXP-a6kQuatG.js";import"./chunk-4HAMMTFA-BZ4z_1SQ.js";import"./chunk-P2QGCYS3-C9I4wJzG.js";import"./chunk-GMAD6QVW-B7RPfWXM.js";import"./chunk-PWAF6VOD-dwIC5zK9.js";import"./chunk-75Z2AOVW-D2BcF4LL.js";import"./chunk-DU6HZSFF-DIBZg5eU.js";import"./chunk-X3CZISLH-CifqmFa4.js";import{n}from"./chunk-Y2CYZVJY-DsF7k-Jl.js";var r=t({defaultLayout:`swimlane`,styles:n(t=>`${e(t)}
  .swimlane.cluster rect {
    stroke: ${t.clusterBorder} !important;
  }
  [data-look="neo"].cluster rect {
    filter: none;
  }
`,`getStyles`)});export{r as diagram};